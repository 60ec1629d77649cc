import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from './config.js';
import { openSession } from './session.js';
import { writeSettings } from './settings-file.js';

const home = mkdtempSync(join(tmpdir(), 'outhaul-config-'));
afterAll(() => rmSync(home, { recursive: true }));
const file = join(home, 'outhaul', 'settings.json');
const kept = { direct: 'on', project: 'kept-project', bucket: 'kept-bucket' };
const config = (env: Record<string, string> = {}) => parseConfig({ XDG_CONFIG_HOME: home, ...env });

beforeEach(() => writeSettings(file, kept));

it('goes without a service when the settings say so', () => {
  const session = openSession(config(), {});
  expect(session.direct).toMatchObject({ project: 'kept-project', bucket: 'kept-bucket' });
});

it.each<[string, Record<string, string>, boolean]>([
  ['OUTHAUL_DIRECT=0', { OUTHAUL_DIRECT: '0' }, false],
  ['OUTHAUL_SERVER', { OUTHAUL_SERVER: 'https://x.test' }, false],
  ['both', { OUTHAUL_DIRECT: '1', OUTHAUL_SERVER: 'https://x.test' }, true],
])('lets %s go before the settings', (_what, env, isDirect) => {
  expect(openSession(config(env), {}).direct !== undefined).toBe(isDirect);
});

it('lets flags go before everything', () => {
  const env = { OUTHAUL_BUCKET: 'of-environment', OUTHAUL_SERVER: 'https://x.test' };
  const flags = { direct: true, bucket: 'gs://of-flag/', project: 'flagged' };
  const session = openSession(config(env), flags);
  expect(session.direct).toMatchObject({ project: 'flagged', bucket: 'of-flag' });
  expect(session.again).toBe(' --direct --project flagged --bucket gs://of-flag/');
  expect(openSession(config(), { server: 'https://x.test' }).direct).toBeUndefined();
  expect(() => openSession(config(), { direct: true, server: 'https://x.test' })).toThrow(
    'not both',
  );
});

it('sends no credentials over a line that others can read', () => {
  const env = { OUTHAUL_BIGQUERY_ENDPOINT: 'http://bigquery.invalid' };
  expect(() => openSession(config(env), {})).toThrow('others could read them');
});

it('takes the project that Google’s tools name, when nothing else does', () => {
  writeSettings(file, { direct: 'on' });
  expect(openSession(config({ GOOGLE_CLOUD_PROJECT: 'googles' }), {}).direct?.project).toBe(
    'googles',
  );
});

it('names every setting that is wrong, without its value', () => {
  const wrong = { OUTHAUL_MASK_KEY: 'canary', OUTHAUL_POLL_MS: 'x', OUTHAUL_PRICE_PER_TIB: '-1' };
  const open = () => openSession(config(wrong), {});
  expect(open).toThrow(/OUTHAUL_MASK_KEY.*OUTHAUL_POLL_MS.*OUTHAUL_PRICE_PER_TIB/);
  expect(open).not.toThrow(/canary/);
  expect(config({ OUTHAUL_PRICE_PER_TIB: '0' }).direct?.pricePerTib).toBe(0);
  // With a service they are of no concern.
  expect(openSession(config(wrong), { server: 'https://x.test' }).direct).toBeUndefined();
});

it.each(['{', '[]', '{"server":5}'])('names the file that holds no settings: %s', (text) => {
  writeFileSync(file, text);
  expect(() => config()).toThrow(`${file} does not hold settings.`);
});

it('names the file that cannot be written', () => {
  const place = join(file, 'settings.json');
  expect(() => writeSettings(place, kept)).toThrow(`${place} cannot be written`);
});
