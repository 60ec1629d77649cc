import { copyFileSync, cpSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { bundle } from '../../tools/bundle.mjs';

/**
 * Bundles the service into one file, and beside it the pages that describe its API; nothing else of this repository is
 * needed to run it but the console's files.
 */
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const out = 'dist/apps/api';
await bundle({
  entry: 'apps/api/src/main.ts',
  outfile: join(out, 'main.mjs'),
  // Nest offers both to those who check by decorators; we check by schemas, and start sooner without them.
  external: ['@fastify/static', 'swagger-ui-dist', 'class-validator', 'class-transformer'],
  compact: true,
  define: {
    OUTHAUL_VERSION: JSON.stringify(process.env.OUTHAUL_VERSION || version),
    OUTHAUL_DOCUMENTS: 'false',
  },
});

const docs = join(out, 'docs');
mkdirSync(docs, { recursive: true });
cpSync('apps/api/docs', docs, { recursive: true });
copyFileSync('apps/api/openapi.json', join(docs, 'openapi.json'));
const swagger = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
for (const name of ['swagger-ui-bundle.js', 'swagger-ui.css', 'LICENSE'])
  copyFileSync(join(swagger, name), join(docs, name));
