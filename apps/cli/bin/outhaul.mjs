#!/usr/bin/env node
if (!process.getBuiltinModule) {
  process.stderr.write(`outhaul needs Node 22.19 or newer; this is ${process.version}.\n`);
  process.exit(1);
}
// `import` of these would load all that they can offer, too (streams, promises, watchers): a third of the start.
const { existsSync } = process.getBuiltinModule('node:fs');
const { enableCompileCache } = process.getBuiltinModule('node:module');
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
