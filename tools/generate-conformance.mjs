import { join } from 'node:path';
import { run } from './run.mjs';

/** Writes the tables of docs/conformance.md: the kit prints its probes and the rules that they are for. */
const cwd = join(import.meta.dirname, '..');
const page = 'docs/conformance.md';
run(process.execPath, ['apps/conformance/build.mjs'], { cwd });
run(process.execPath, ['dist/apps/conformance/main.mjs', '--docs', page], { cwd });
run(join(cwd, 'node_modules/.bin/prettier'), ['--write', '--log-level', 'warn', page], { cwd });
