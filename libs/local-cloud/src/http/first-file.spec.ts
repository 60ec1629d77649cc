import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openProviderSecrets } from '../identity/signing-key.js';
import { ServiceAccount } from '../identity/service-account.js';
import { openCertificate } from './self-signed-certificate.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'first-files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const day = 24 * 3_600_000;
const openAll = () =>
  Promise.all([
    openProviderSecrets(folder),
    ServiceAccount.open(folder, 'service@example.com'),
    openCertificate(folder, Date.now()),
  ]);
const files = ['openid-provider.json', 'service-account-key.pem', 'key.pem', 'certificate.pem'];

it('makes what is not there, for its owner alone, and finds it again', async () => {
  const [secrets, account, pair] = await openAll();
  expect((await readdir(folder)).toSorted()).toEqual(files.toSorted());
  for (const name of files) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  const again = await openAll();
  expect(again[0]).toEqual(secrets);
  expect(again[1].keyId).toBe(account.keyId);
  expect(again[2]).toEqual(pair);
});

it.each(files.flatMap((name) => [0, 40].map((kept) => [name, kept] as const)))(
  'names %s when only %d bytes of it were written, and what helps',
  async (name, kept) => {
    await openAll();
    await truncate(join(folder, name), kept);
    await expect(openAll()).rejects.toThrow(`${join(folder, name)} is broken`);
    await rm(join(folder, name));
    await expect(openAll()).resolves.toHaveLength(3);
  },
);

it('makes a new pair of a key and a certificate that do not belong together', async () => {
  await openAll();
  const key = await readFile(join(folder, 'key.pem'), 'utf8');
  await rm(join(folder, 'certificate.pem'));
  await openAll();
  await writeFile(join(folder, 'key.pem'), key);
  const { key: now } = await openCertificate(folder, Date.now());
  expect(now).not.toBe(key);
  expect(await openCertificate(folder, Date.now() + day)).toMatchObject({ key: now });
});
