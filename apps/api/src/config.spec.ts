import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfig, settingNames } from './config.js';

const least = {
  OUTHAUL_PROJECT: 'demo-project',
  OUTHAUL_FILES_BUCKETS: 'files-us, files-eu',
  OUTHAUL_RECORDS_BUCKET: 'records',
};

it('reads the least that is needed and fills in the rest', () => {
  expect(parseConfig(least)).toMatchObject({
    projectId: 'demo-project',
    filesBuckets: ['files-us', 'files-eu'],
    port: 8080,
    pricePerTib: 6.25,
  });
});

it('names every fault at once, without values', () => {
  const faulty = {
    OUTHAUL_PROJECT: 'demo-project',
    PORT: 'secret-value',
    OUTHAUL_STORAGE_ENDPOINT: 'ftp://x',
  };
  expect(() => parseConfig(faulty)).toThrow(
    /OUTHAUL_FILES_BUCKETS[\s\S]*OUTHAUL_STORAGE_ENDPOINT[\s\S]*PORT/,
  );
  expect(() => parseConfig(faulty)).not.toThrow(/secret-value/);
});

it('takes an empty variable for one that is not set', () => {
  expect(parseConfig({ ...least, PORT: '' }).port).toBe(8080);
});

it('is described whole by .env.example', () => {
  const text = readFileSync(join(__dirname, '../../../.env.example'), 'utf8');
  const described = [...text.matchAll(/^#? ?([A-Z_]+)=/gm)].map(([, name]) => name);
  expect(described.toSorted()).toEqual(settingNames.toSorted());
});
