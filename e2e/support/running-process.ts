import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { refuseLeaks } from './refuse-leaks.js';

const root = join(__dirname, '../..');

/** What a process says of itself when it is ready. */
export interface Ready {
  readonly port?: number;
  readonly url?: string;
  /** How the console signs people in at the local cloud. */
  readonly openIdClient?: { readonly clientId: string; readonly clientSecret: string };
}

/** Characters of a process's output that are kept: its end. */
const mostOutput = 32 * 1024 * 1024;

/** A bundled process of the product, told ready over IPC. */
export class RunningProcess {
  private constructor(
    private readonly file: string,
    private readonly child: ChildProcess,
    readonly ready: Ready,
    readonly output: () => string,
  ) {}

  static start(
    file: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<RunningProcess> {
    let output = '';
    const child = spawn(process.execPath, [join(root, file), ...args], {
      cwd: root,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-mostOutput);
      });
    return new Promise((resolve, reject) => {
      child.once('message', (ready) =>
        resolve(new RunningProcess(file, child, ready as object, () => output)),
      );
      child.once('exit', (code) =>
        reject(new Error(`${file} ended with ${code} before it was ready:\n${output}`)),
      );
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Ends it with a real signal and waits until it is gone; throws when it has written down what it must not. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const gone = new Promise((resolve) => this.child.once('exit', resolve));
      this.child.kill(signal);
      await gone;
    }
    refuseLeaks(`the output of ${this.file}`, this.output());
  }
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the `outhaul` command to its end, piped; what it tells on stderr must hold no secret. */
export function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Finished> {
  const child = spawn(process.execPath, [join(root, 'apps/cli/bin/outhaul.mjs'), ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) =>
    child.once('close', (code) => {
      try {
        refuseLeaks(`stderr of outhaul ${args.join(' ')}`, stderr);
        resolve({ code, stdout, stderr });
      } catch (error) {
        reject(error);
      }
    }),
  );
}
