import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aRequest, runToEnd } from '@outhaul/core/testing';
import Ajv2020 from 'ajv/dist/2020';
import { serveBench } from '../../testing/serve-bench.js';
import { manifestJsonSchema } from '../wire/manifest-schema.js';

const published = join(__dirname, '../../../../docs/schemas/manifest.schema.json');
const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(manifestJsonSchema);

it.each([
  aRequest(),
  aRequest({ format: 'csv', shape: 'single' }),
  aRequest({ columns: [{ name: 'email', mask: { kind: 'sha256' } }], retentionDays: 3 }),
  aRequest({ filter: { all: [{ column: 'id', is: '>', value: 2 }] }, verify: 'fingerprint' }),
])('the manifest of %j is as its schema says', async (request) => {
  const { bench, close, url } = await serveBench();
  const { id } = await bench.exporter.start(bench.owner, request);
  await runToEnd(bench, id);
  const manifest = (await (await fetch(`${url}/api/v1/export/${id}/manifest`)).json()) as object;
  expect(validate(manifest) || validate.errors).toBe(true);
  for (const key of Object.keys(manifest)) {
    const { [key as never]: _left, ...without } = manifest;
    if (key !== 'maskedColumns') expect([key, validate(without)]).toEqual([key, false]);
  }
  await close();
});

it('is served, and published in docs/schemas', async () => {
  const { url, close } = await serveBench();
  const served = await (await fetch(`${url}/api/v1/schemas/manifest`)).json();
  expect(served).toEqual(JSON.parse(JSON.stringify(manifestJsonSchema)));
  // To renew it after a change: curl …/api/v1/schemas/manifest > docs/schemas/manifest.schema.json
  expect(JSON.parse(readFileSync(published, 'utf8'))).toEqual(served);
  await close();
});
