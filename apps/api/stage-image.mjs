import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Copies what the image holds into the folder that is named: the bundle, the pages that describe the API, the console and
 * the licences. Nothing else is needed to run; e2e/delivery/image.spec.ts starts exactly this.
 */
const out = process.argv[2];
if (!out) throw new Error('usage: stage-image FOLDER');
const root = join(import.meta.dirname, '../..');
const files = [
  ['dist/apps/api/main.mjs', 'main.mjs'],
  ['dist/apps/api/main.mjs.LEGAL.txt', 'main.mjs.LEGAL.txt'],
  ['dist/apps/api/docs', 'docs'],
  ['dist/apps/web/browser', 'console'],
  ['dist/apps/web/3rdpartylicenses.txt', 'console.LEGAL.txt'],
  ['LICENSE', 'LICENSE'],
];
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const [from, to] of files) {
  const source = join(root, from);
  if (!existsSync(source))
    throw new Error(`${from} is missing: run npm run build -- api web first`);
  cpSync(source, join(out, to), {
    recursive: true,
    filter: (path) => !path.endsWith('.map'),
  });
}
