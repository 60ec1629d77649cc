import { parseConfig, readEnvironment } from './config.js';

declare const OUTHAUL_VERSION: string;

const args = process.argv.slice(2);
if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  process.stdout.write(`${OUTHAUL_VERSION}\n`);
} else {
  const { runCommand } = await import('./run-command.js');
  process.exitCode = await runCommand(args, parseConfig(readEnvironment()), OUTHAUL_VERSION);
}
