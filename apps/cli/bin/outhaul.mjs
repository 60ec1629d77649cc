#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';

const major = Number(process.versions.node.split('.')[0]);
if (major < 22) {
  process.stderr.write(`outhaul needs Node 22 or newer; this is ${process.version}.\n`);
  process.exit(1);
}
// Downloads wait for the disk in these threads; they start with the first that is needed.
process.env.UV_THREADPOOL_SIZE ??= '16';
enableCompileCache?.();
// Published, the bundle lies beside this folder; in the workspace it is built into dist.
const places = ['../main.mjs', '../../../dist/apps/cli/main.mjs'].map(
  (path) => new URL(path, import.meta.url),
);
const bundle = places.find((place) => existsSync(place));
if (!bundle) {
  process.stderr.write('outhaul is not built yet: run `npm run build` first.\n');
  process.exit(1);
}
await import(bundle.href);
