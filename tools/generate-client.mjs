import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import openapiTypescript, { astToString } from 'openapi-typescript';
import { bundle } from './bundle.mjs';

/** Writes apps/api/openapi.json from the routes, and the client’s types from it. `--check` fails when either is stale. */
const documentFile = 'apps/api/openapi.json';
const typesFile = 'libs/api-client/src/generated/schema.ts';
const check = process.argv.includes('--check');

mkdirSync('tmp', { recursive: true });
mkdirSync('libs/api-client/src/generated', { recursive: true });
await bundle({
  entry: 'apps/api/src/write-openapi.ts',
  outfile: 'tmp/write-openapi.mjs',
  external: [
    '@nestjs/*',
    'class-transformer',
    'class-validator',
    'swagger-ui-dist',
    'reflect-metadata',
  ],
});
execFileSync(process.execPath, ['tmp/write-openapi.mjs', 'tmp/openapi.json'], { stdio: 'inherit' });
const document = readFileSync('tmp/openapi.json', 'utf8');
const ast = await openapiTypescript(JSON.parse(document), { alphabetize: false });
const types = `/** Generated from apps/api/openapi.json by \`npm run generate\`; do not edit. */\n${astToString(ast)}`;

let stale = false;
for (const [file, fresh] of [
  [documentFile, document],
  [typesFile, types],
]) {
  const present = (() => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return undefined;
    }
  })();
  if (present === fresh) continue;
  stale = true;
  if (check) console.error(`${file} is stale: run \`npm run generate\` and commit it.`);
  else {
    writeFileSync(file, fresh);
    console.log(`wrote ${file}`);
  }
}
process.exitCode = check && stale ? 1 : 0;
