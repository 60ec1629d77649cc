import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyFileSigner } from './key-file-signer.js';

const pem = { type: 'pkcs8', format: 'pem' } as const;

it('makes signatures that OpenSSL takes, by the public key that it shows', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outhaul-signer-'));
  try {
    const { privateKey } = generateKeyPairSync('ed25519');
    const signer = new KeyFileSigner(privateKey.export(pem) as string);
    const message = Buffer.from('what was sealed');
    const at = (name: string) => join(folder, name);
    writeFileSync(at('key.pem'), (await signer.publicKey()).pem);
    writeFileSync(at('message'), message);
    writeFileSync(at('signature'), await signer.sign(message));
    const verify = `pkeyutl -verify -rawin -pubin -inkey ${at('key.pem')} -in ${at('message')} -sigfile ${at('signature')}`;
    expect(execFileSync('openssl', verify.split(' '), { encoding: 'utf8' })).toContain(
      'Verified Successfully',
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('refuses a key of another kind', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  expect(() => new KeyFileSigner(privateKey.export(pem) as string)).toThrow(
    'The key is of type ec, not ed25519.',
  );
});
