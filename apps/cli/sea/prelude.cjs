/* Comes first in the single executable: there, `require` knows only Node's own modules, and the native CRC32C is an asset. */
const __moduleUrl = require('node:url').pathToFileURL(process.execPath).href;
/* eslint-disable-next-line no-global-assign -- it is this bundle’s own require, a parameter of its wrapper */
require = ((builtin) => (name) => {
  if (name !== '@node-rs/crc32') return builtin(name);
  const { mkdtempSync, rmSync, writeFileSync } = builtin('node:fs');
  const { join } = builtin('node:path');
  const folder = mkdtempSync(join(builtin('node:os').tmpdir(), 'outhaul-'));
  try {
    const file = join(folder, 'crc32.node');
    writeFileSync(file, Buffer.from(builtin('node:sea').getRawAsset('crc32.node')), {
      mode: 0o700,
    });
    const loaded = { exports: {} };
    process.dlopen(loaded, file);
    return loaded.exports;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
})(require);
