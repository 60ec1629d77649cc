import { parseConfig, readEnvironment } from './config.js';

declare const OUTHAUL_VERSION: string;

/** The command line of this process; the version alone is told without loading anything else. */
export async function runMain(): Promise<void> {
  const args = process.argv.slice(2);
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
    process.stdout.write(`${OUTHAUL_VERSION}\n`);
    return;
  }
  const { runCommand, tellFailure } = await import('./run-command.js');
  try {
    process.exitCode = await runCommand(args, parseConfig(readEnvironment()), OUTHAUL_VERSION);
  } catch (error) {
    process.exitCode = tellFailure(error, args.includes('--json'));
  }
}
