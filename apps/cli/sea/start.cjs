/**
 * What the single executable runs first: it tells the version by itself, and has the program compiled, with V8's code cache,
 * only for all else. Inside, `require` knows Node's own modules only, and the native CRC32C is an asset.
 */
const { getRawAsset, isSea } = require('node:sea');

/** What the program finds in its scope. */
const parameters = ['exports', 'require', 'module', '__moduleUrl'];
const version = 'VERSION';

function requireNative(builtin) {
  const { mkdtempSync, rmSync, writeFileSync } = builtin('node:fs');
  const { join } = builtin('node:path');
  const folder = mkdtempSync(join(builtin('node:os').tmpdir(), 'outhaul-'));
  try {
    const file = join(folder, 'crc32.node');
    writeFileSync(file, Buffer.from(getRawAsset('crc32.node')), { mode: 0o700 });
    const loaded = { exports: {} };
    process.dlopen(loaded, file);
    return loaded.exports;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function start(builtin) {
  const [first, ...others] = process.argv.slice(2);
  if ((first === '--version' || first === '-V') && others.length === 0) {
    process.stdout.write(`${version}\n`);
    return;
  }
  const asset = (name) => Buffer.from(getRawAsset(name));
  const program = builtin('node:vm').compileFunction(
    asset('program.cjs').toString('latin1'),
    parameters,
    { filename: 'program.cjs', cachedData: asset('program.cache') },
  );
  const own = (name) => (name === '@node-rs/crc32' ? requireNative(builtin) : builtin(name));
  const module = { exports: {} };
  const url = builtin('node:url').pathToFileURL(process.execPath).href;
  program(module.exports, own, module, url);
}

if (isSea()) start(require);
else module.exports = { parameters };
