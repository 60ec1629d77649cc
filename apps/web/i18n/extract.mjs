import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gathers every text of the built console into texts.en.json, by id: what a translator works on. With `--check` it writes
 * nothing and fails when the file is not fresh, an id has two texts, or a text has no id of its own.
 */
const root = join(import.meta.dirname, '../../..');
const kept = join(import.meta.dirname, 'texts.en.json');
const folder = mkdtempSync(join(tmpdir(), 'outhaul-texts-'));
const output = join(folder, 'texts.json');
const { status, stderr, stdout } = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/@angular/localize/tools/bundles/src/extract/cli.js'),
    '--format=json',
    '--locale=en',
    '--source=dist/apps/web/browser/*.js',
    `--outputPath=${output}`,
    '--duplicateMessageHandling=error',
  ],
  { cwd: root, encoding: 'utf8' },
);
if (status !== 0) fail(`The texts could not be gathered:\n${stdout}${stderr}`);
const { translations } = JSON.parse(readFileSync(output, 'utf8'));
rmSync(folder, { recursive: true });

const ids = Object.keys(translations).sort();
const nameless = ids.filter((id) => /^\d+$/.test(id));
if (nameless.length > 0)
  fail(`Texts without an id: ${nameless.map((id) => translations[id]).join(' | ')}`);
const fresh = `${JSON.stringify(Object.fromEntries(ids.map((id) => [id, translations[id]])), null, 2)}\n`;
if (!process.argv.includes('--check')) {
  writeFileSync(kept, fresh);
  console.log(`${ids.length} texts`);
} else if (fresh !== readFileSync(kept, 'utf8')) {
  fail(
    'apps/web/i18n/texts.en.json is not fresh: run node apps/web/i18n/extract.mjs after a build.',
  );
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
