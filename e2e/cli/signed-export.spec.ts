import { generateKeyPairSync } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../support/running-process';
import { localSigningKey, WholeSystem } from '../support/whole-system';

/** A sealed export as someone receives it who has a key, and no service to ask. */
let system: WholeSystem;
let key: string;
let sealed: string;
beforeAll(async () => {
  system = await WholeSystem.start({ OUTHAUL_SIGNING_KEY_VERSION: localSigningKey });
  sealed = join(system.folder, 'sealed');
  key = join(system.folder, 'outhaul.pem');
  const exported = await system.cli(
    ...['export', 'samples.airports', '-f', 'csv', '--download', sealed],
  );
  expect(exported.code).toBe(0);
  const shown = await system.cli('signing-key');
  expect(shown.code).toBe(0);
  writeFileSync(key, shown.stdout);
});
afterAll(() => system?.stop());

const nowhere = { OUTHAUL_SERVER: 'http://127.0.0.1:9' };
const verify = (folder: string, by: string) => runCli(['verify', folder, '--key', by], nowhere);

it('is verified by the key that the service shows, without the service', async () => {
  const { code, stdout } = await verify(sealed, key);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/✓ signed by sha256:[0-9a-f]{64}\n/)]);
});

it('is not verified by another key', async () => {
  const other = join(system.folder, 'other.pem');
  const { publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(other, publicKey.export({ type: 'spki', format: 'pem' }));
  expect(await verify(sealed, other)).toMatchObject({
    code: 5,
    stderr: expect.stringContaining('was signed by another key'),
  });
});

/** Alters a copy of one file; the checksums of CRC32C are made to fit. */
function altered(name: string, change: (text: string) => string): string {
  const folder = join(system.folder, `altered-${name}`);
  cpSync(sealed, folder, { recursive: true });
  writeFileSync(join(folder, name), change(readFileSync(join(folder, name), 'utf8')));
  return folder;
}

it.each([
  ['manifest.json', (text: string) => text.replace('"fileRows"', '"fileRows" ')],
  ['create-table.sql', (text: string) => `${text}DROP TABLE other;`],
])('is not verified with another %s', async (name, change) => {
  const folder = altered(name, change);
  // Without a key everything is as the manifest says.
  expect(await runCli(['verify', folder], nowhere)).toMatchObject({ code: 0 });
  expect(await verify(folder, key)).toMatchObject({
    code: 5,
    stderr: expect.stringContaining(`${name} is not the one that was signed`),
  });
});

it('is not verified without its signature', async () => {
  const folder = altered('schema.json', (text) => text);
  rmSync(join(folder, 'manifest.sig.json'));
  expect(await verify(folder, key)).toMatchObject({
    code: 5,
    stderr: expect.stringContaining('no one has signed this export'),
  });
});
