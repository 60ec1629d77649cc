import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CommandFailure, exitCodes } from '../exit-codes.js';

/** Runs the local cloud's own program, with the arguments as they are. */
export async function runLocalCloud(args: readonly string[]): Promise<void> {
  const program = ['../../../dist/libs/local-cloud/main.mjs', '../../libs/local-cloud/main.mjs']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path));
  if (!program) {
    throw new CommandFailure(
      exitCodes.failure,
      'The local cloud is not part of this installation.',
      'Clone the repository and run `npm start` there.',
    );
  }
  const child = spawn(process.execPath, [program, ...args], { stdio: 'inherit' });
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  const code = await new Promise<number>((done) =>
    child.once('exit', (status) => done(status ?? 1)),
  );
  process.off('SIGINT', ignore);
  process.exitCode = code;
}
