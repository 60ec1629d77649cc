import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import { build } from 'esbuild';
import { inject } from 'postject';

/** Builds `dist/apps/cli-sea/outhaul`: the command as one executable for linux-x64, with Node inside. */
const out = 'dist/apps/cli-sea';
const { version } = JSON.parse(readFileSync('apps/cli/package.json', 'utf8'));
mkdirSync(out, { recursive: true });
const program = `${out}/program.cjs`;
await build({
  entryPoints: ['apps/cli/src/main.ts'],
  outfile: program,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  minify: true,
  keepNames: true,
  legalComments: 'linked',
  logLevel: 'warning',
  external: ['@node-rs/crc32'],
  // What is imported when it is needed is required then: there are no modules to import inside the executable.
  supported: { 'dynamic-import': false },
  define: { OUTHAUL_VERSION: JSON.stringify(version), 'import.meta.url': '__moduleUrl' },
});
// One byte a character is read fastest; the bundler writes all beyond as escapes.
const text = readFileSync(program, 'utf8');
if (/[^\0-\xff]/.test(text)) throw new Error(`${program} is not Latin-1.`);
writeFileSync(program, text, 'latin1');
const cache = `${out}/program.cache`;
const { parameters } = createRequire(import.meta.url)('./start.cjs');
const compiled = compileFunction(text, parameters, {
  filename: 'program.cjs',
  produceCachedData: true,
});
writeFileSync(cache, compiled.cachedData);
const start = readFileSync('apps/cli/sea/start.cjs', 'utf8');
writeFileSync(`${out}/main.cjs`, start.replace("'VERSION'", JSON.stringify(version)));
const config = {
  main: `${out}/main.cjs`,
  output: `${out}/outhaul.blob`,
  disableExperimentalSEAWarning: true,
  useCodeCache: true,
  assets: {
    'program.cjs': program,
    'program.cache': cache,
    'crc32.node': createRequire(import.meta.url).resolve(
      '@node-rs/crc32-linux-x64-gnu/crc32.linux-x64-gnu.node',
    ),
  },
};
writeFileSync(`${out}/sea.json`, JSON.stringify(config));
execFileSync(process.execPath, ['--experimental-sea-config', `${out}/sea.json`], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
copyFileSync(process.execPath, `${out}/outhaul`);
chmodSync(`${out}/outhaul`, 0o755);
// The name and the fuse by which Node finds its program in its own file.
await inject(`${out}/outhaul`, 'NODE_SEA_BLOB', readFileSync(config.output), {
  sentinelFuse: 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2',
});
