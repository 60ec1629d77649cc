import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** Copies the bundled console to where it is served from, with a Brotli and a gzip form beside each text. */
const [from, to] = ['tmp/console/browser', 'dist/apps/web/browser'];
rmSync('dist/apps/web', { recursive: true, force: true });
mkdirSync(to, { recursive: true });
cpSync('tmp/console/3rdpartylicenses.txt', 'dist/apps/web/3rdpartylicenses.txt');
for (const name of readdirSync(from)) {
  cpSync(join(from, name), join(to, name), { recursive: true });
  if (!['.js', '.css', '.html', '.svg', '.json'].includes(extname(name))) continue;
  const bytes = readFileSync(join(from, name));
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  writeFileSync(join(to, `${name}.br`), brotliCompressSync(bytes, { params }));
  writeFileSync(join(to, `${name}.gz`), gzipSync(bytes, { level: 9 }));
}
