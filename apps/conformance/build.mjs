import { bundle } from '../../tools/bundle.mjs';

/** Bundles the conformance kit's command; what is native or large is loaded from node_modules. */
await bundle({
  entry: 'apps/conformance/src/main.ts',
  outfile: 'dist/apps/conformance/main.mjs',
  external: ['@node-rs/*', 'expect'],
});
