import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from 'esbuild';
import { inject } from 'postject';

/** Builds `dist/apps/cli-sea/outhaul`: the command as one executable for linux-x64, with Node inside. */
const out = 'dist/apps/cli-sea';
const { version } = JSON.parse(readFileSync('apps/cli/package.json', 'utf8'));
mkdirSync(out, { recursive: true });
await build({
  entryPoints: ['apps/cli/src/main.ts'],
  outfile: `${out}/main.cjs`,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  minify: true,
  keepNames: true,
  legalComments: 'linked',
  logLevel: 'warning',
  external: ['@node-rs/crc32'],
  banner: { js: readFileSync('apps/cli/sea/prelude.cjs', 'utf8') },
  define: { OUTHAUL_VERSION: JSON.stringify(version), 'import.meta.url': '__moduleUrl' },
});
const config = {
  main: `${out}/main.cjs`,
  output: `${out}/outhaul.blob`,
  disableExperimentalSEAWarning: true,
  useCodeCache: true,
  assets: {
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
