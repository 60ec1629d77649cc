import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Report } from './bench/report.mjs';

/**
 * `npm run bench [-- NAME …]`: runs the benchmarks of tools/bench, or those named, and prints what was measured beside the
 * rival or the limit of the same run. The exit code is 1 when a limit was missed.
 */
const folder = join(import.meta.dirname, 'bench');
const all = [];
for (const file of readdirSync(folder).sort()) {
  if (!file.endsWith('.mjs') || file === 'report.mjs') continue;
  // The folder also holds what benchmarks are made of, some of which are processes of their own.
  if (!/^export const name\b/m.test(readFileSync(join(folder, file), 'utf8'))) continue;
  const { name, title, run } = await import(join(folder, file));
  if (name && run) all.push({ name, title, run });
}
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !all.some((bench) => bench.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no benchmark named ${unknown.join(', ')}. There are: ${all.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}
let missed = 0;
for (const bench of all.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const report = new Report(bench.title);
  await bench.run(report);
  missed += report.end();
}
process.exit(missed === 0 ? 0 : 1);
