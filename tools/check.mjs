import { run, runTargets } from './run.mjs';

/** The quick checks: format, lint, types, and whether the generated client is fresh. */
run('prettier', ['--check', '--log-level', 'warn', '.']);
run(process.execPath, ['tools/generate-client.mjs', '--check']);
runTargets(['lint', 'typecheck']);
