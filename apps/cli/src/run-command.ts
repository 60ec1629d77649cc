import { ProblemError } from '@outhaul/api-client';
import { CommanderError } from 'commander';
import { type CliConfig } from './config.js';
import { CommandFailure, exitCodeOf, exitCodes } from './exit-codes.js';
import { inFlags } from './flag-names.js';
import { plain } from './plain-text.js';
import { jsonForTerminal, writeError } from './terminal.js';
import { makeProgram } from './program.js';
import { openSession } from './session.js';

/** Runs one command line and answers its exit code; every failure is told on stderr with what to do about it. */
export async function runCommand(
  args: readonly string[],
  config: CliConfig,
  version: string,
): Promise<number> {
  if (!process.stdout.listeners('error').includes(endQuietly)) {
    process.stdout.on('error', endQuietly);
    // Nobody reads the progress any more: the work goes on.
    process.stderr.on('error', () => undefined);
  }
  try {
    // The script for a shell tells of all commands.
    const only = args[0] === 'completion' ? undefined : args[0];
    const program = makeProgram(config, version, { only, asJson: args.includes('--json') });
    if (namesNoCommand(args, config, version)) {
      if (!process.stdin.isTTY || !process.stdout.isTTY) {
        program.outputHelp();
        return exitCodes.ok;
      }
      const { guide } = await import('./commands/guide.js');
      await guide(openSession(config, program.parseOptions([...args]) && program.opts()));
      return exitCodes.ok;
    }
    await program.parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? exitCodes.ok);
  } catch (error) {
    return tellFailure(error, args.includes('--json'));
  }
}

/** Whether there are options of the whole program at most. */
function namesNoCommand(args: readonly string[], config: CliConfig, version: string): boolean {
  if (args.length === 0) return true;
  if (!args[0]?.startsWith('-')) return false;
  const { operands, unknown } = makeProgram(config, version).parseOptions([...args]);
  return operands.length === 0 && unknown.length === 0;
}

/** Tells a failure on stderr and answers its exit code. */
export function tellFailure(error: unknown, asJson: boolean): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.ok;
    // Elsewhere it has been told already.
    if (asJson) writeJson({ detail: error.message.replace(/^error: /, '') });
    return exitCodes.usage;
  }
  if (error instanceof ProblemError) {
    const { problem } = error;
    const signIn = problem.code === 'unauthenticated' ? 'Sign in: outhaul login' : undefined;
    const faulty = problem.faults?.map(({ field }) => field);
    const detail = inFlags(problem.detail, faulty);
    const fix = problem.fix === undefined ? signIn : inFlags(problem.fix);
    say(detail, fix, problem.requestId, asJson && problem);
    return exitCodeOf(problem.status);
  }
  if (error instanceof CommandFailure) {
    say(error.message, error.fix, undefined, asJson && { detail: error.message, fix: error.fix });
    return error.exitCode;
  }
  say(
    error instanceof Error ? error.message : String(error),
    undefined,
    undefined,
    asJson && { detail: String(error) },
  );
  return exitCodes.failure;
}

function say(
  message: string,
  fix: string | undefined,
  requestId: string | undefined,
  json: unknown,
): void {
  if (json) return writeJson(json);
  writeError(`✗ ${plain(message)}`);
  for (const line of fix?.split('\n') ?? []) writeError(`  ${plain(line)}`);
  if (requestId) writeError(`  (request ${plain(requestId)})`);
}

const writeJson = (value: unknown): void => writeError(jsonForTerminal(value));

/** A reader that has had enough, such as `head`, closes the pipe: no error. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(exitCodes.ok);
  writeError(`✗ Standard output cannot be written: ${plain(error.message)}`);
  process.exit(exitCodes.failure);
}
