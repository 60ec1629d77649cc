import { bundle } from '../../tools/bundle.mjs';

/** Bundles the service into one file; nothing else of this repository is needed to run it but the console's files. */
await bundle({
  entry: 'apps/api/src/main.ts',
  outfile: 'dist/apps/api/main.mjs',
  external: ['@fastify/static', 'swagger-ui-dist'],
});
