import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyFileSigner, serviceAuth } from '@outhaul/google';
import { serveBench } from '../../testing/serve-bench.js';
import { makeSigner } from './make-signer.js';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;

it('serves the public key to anyone, and no other half', async () => {
  const served = await serveBench({}, new KeyFileSigner(privatePem));
  try {
    const answer = await fetch(`${served.url}/api/v1/signing-key`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      keyId: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      algorithm: 'ed25519',
      publicKey: publicKey.export({ type: 'spki', format: 'pem' }),
    });
  } finally {
    await served.close();
  }
});

it('says so where nothing is signed', async () => {
  const served = await serveBench();
  try {
    const answer = await fetch(`${served.url}/api/v1/signing-key`);
    expect([answer.status, await answer.json()]).toEqual([
      404,
      expect.objectContaining({ detail: 'This service does not sign manifests.' }),
    ]);
  } finally {
    await served.close();
  }
});

it('does not start with a key file that holds no Ed25519 key, and says how to make one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'outhaul-key-'));
  try {
    const keyFile = join(folder, 'key.pem');
    writeFileSync(keyFile, 'no key');
    const auth = serviceAuth(undefined);
    expect(() => makeSigner({ keyFile }, auth)).toThrow('openssl genpkey -algorithm ed25519');
    writeFileSync(keyFile, privatePem);
    expect(makeSigner({ keyFile }, auth)).toBeInstanceOf(KeyFileSigner);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
