import { bundle } from '../../tools/bundle.mjs';

/** Bundles the local cloud's process; DuckDB and other native parts are loaded from node_modules. */
await bundle({
  entry: 'libs/local-cloud/src/main.ts',
  outfile: 'dist/libs/local-cloud/main.mjs',
  external: ['@duckdb/*', '@node-rs/*', 'vega-datasets'],
});
