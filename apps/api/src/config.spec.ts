import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfig, settingNames } from './config.js';

const least = {
  OUTHAUL_PROJECT: 'demo-project',
  OUTHAUL_FILES_BUCKETS: 'files-us, files-eu',
  OUTHAUL_RECORDS_BUCKET: 'records',
  OUTHAUL_CLIENT_IDS: 'a-client, another-client',
};

it('reads the least that is needed and fills in the rest', () => {
  expect(parseConfig(least)).toMatchObject({
    projectId: 'demo-project',
    filesBuckets: ['files-us', 'files-eu'],
    port: 8080,
    pricePerTib: 6.25,
    auth: 'google',
    clientIds: ['a-client', 'another-client'],
  });
});

it('keeps the audit trail with the records, or in a bucket of its own', () => {
  expect(parseConfig(least).auditBucket).toBe('records');
  expect(parseConfig({ ...least, OUTHAUL_AUDIT_BUCKET: 'trail' }).auditBucket).toBe('trail');
});

it('lets no request keep files for longer than the deployment does, unless that is said', () => {
  const keeps = { ...least, OUTHAUL_RETENTION_DAYS: '14' };
  expect(parseConfig(keeps).maxRetentionDays).toBe(14);
  expect(parseConfig({ ...keeps, OUTHAUL_MAX_RETENTION_DAYS: '90' }).maxRetentionDays).toBe(90);
  expect(parseConfig(least).maxRetentionDays).toBeUndefined();
});

it('wants to know whose access tokens it may accept', () => {
  const { OUTHAUL_CLIENT_IDS: _, ...open } = least;
  expect(() => parseConfig(open)).toThrow(/OUTHAUL_CLIENT_IDS: name the OAuth clients/);
  expect(parseConfig({ ...open, OUTHAUL_AUTH: 'service-account' }).clientIds).toEqual([]);
});

it('names every fault at once, without values', () => {
  const faulty = {
    OUTHAUL_PROJECT: 'demo-project',
    PORT: 'secret-value',
    OUTHAUL_STORAGE_ENDPOINT: 'ftp://x',
  };
  expect(() => parseConfig(faulty)).toThrow(
    /OUTHAUL_FILES_BUCKETS[\s\S]*OUTHAUL_STORAGE_ENDPOINT[\s\S]*PORT[\s\S]*OUTHAUL_CLIENT_IDS/,
  );
  expect(() => parseConfig(faulty)).not.toThrow(/secret-value/);
});

it('takes an empty variable for one that is not set', () => {
  expect(parseConfig({ ...least, PORT: '' }).port).toBe(8080);
});

it('takes one signing key: of Cloud KMS, or in a file', () => {
  const keyVersion =
    'projects/demo-project/locations/eu/keyRings/r/cryptoKeys/manifests/cryptoKeyVersions/1';
  const signing = (settings: Record<string, string>) =>
    parseConfig({ ...least, ...settings }).signing;
  expect(signing({})).toBeUndefined();
  expect(signing({ OUTHAUL_SIGNING_KEY_VERSION: keyVersion })).toEqual({ keyVersion });
  expect(signing({ OUTHAUL_SIGNING_KEY_FILE: 'key.pem' })).toEqual({ keyFile: 'key.pem' });
  expect(() =>
    signing({ OUTHAUL_SIGNING_KEY_VERSION: keyVersion.replace('/cryptoKeyVersions/1', '') }),
  ).toThrow('OUTHAUL_SIGNING_KEY_VERSION: names no key version of Cloud KMS');
  expect(() =>
    signing({ OUTHAUL_SIGNING_KEY_VERSION: keyVersion, OUTHAUL_SIGNING_KEY_FILE: 'key.pem' }),
  ).toThrow('OUTHAUL_SIGNING_KEY_FILE: goes without OUTHAUL_SIGNING_KEY_VERSION');
});

it('is described whole by .env.example', () => {
  const text = readFileSync(join(__dirname, '../../../.env.example'), 'utf8');
  const described = [...text.matchAll(/^#? ?([A-Z_]+)=/gm)].map(([, name]) => name);
  expect(described.toSorted()).toEqual(settingNames.toSorted());
});
