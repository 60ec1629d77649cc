import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publicKeyOf } from '@outhaul/google';
import { checkSignature, readKey } from './check-signature.js';

const pemOf = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }) as string;
const own = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');
const key = publicKeyOf(pemOf(own.publicKey));

let folder: string;
const at = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outhaul-signature-'));
  writeFileSync(at('manifest.json'), '{"version":1}');
  writeFileSync(at('schema.json'), '[]');
  write(envelopeOf(['manifest.json', 'schema.json']));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An envelope as the service writes it, over what is in the folder. */
function envelopeOf(names: readonly string[], signedBy = own) {
  const payload = JSON.stringify({
    subject: names.map((name) => ({
      name,
      digest: {
        sha256: createHash('sha256')
          .update(readFileSync(at(name)))
          .digest('hex'),
      },
    })),
  });
  const type = 'application/vnd.in-toto+json';
  const signed = `DSSEv1 ${type.length} ${type} ${payload.length} ${payload}`;
  return {
    payloadType: type,
    payload: Buffer.from(payload).toString('base64'),
    signatures: [
      {
        keyid: publicKeyOf(pemOf(signedBy.publicKey)).keyId,
        sig: sign(null, Buffer.from(signed), signedBy.privateKey).toString('base64'),
      },
    ],
  };
}
const write = (envelope: unknown) =>
  writeFileSync(at('manifest.sig.json'), JSON.stringify(envelope));

it('takes what the holder of the key has signed', async () => {
  await expect(checkSignature(folder, key)).resolves.toBeUndefined();
});

it.each([
  ['no signature', () => rmSync(at('manifest.sig.json')), 'no one has signed this export'],
  ['a signature that is none', () => write({ signatures: [] }), 'is no signature'],
  [
    'another key’s signature',
    () => write(envelopeOf(['manifest.json'], other)),
    'was signed by another key: sha256:',
  ],
  [
    'another key’s signature under the name of this one',
    () => {
      const { signatures, ...rest } = envelopeOf(['manifest.json'], other);
      write({ ...rest, signatures: [{ ...signatures[0], keyid: key.keyId }] });
    },
    'is not good: it or what it says was changed',
  ],
  [
    'a statement that was changed',
    () => {
      const { payload, ...rest } = envelopeOf(['manifest.json']);
      const text = Buffer.from(payload, 'base64').toString().replace('manifest', 'manifesto');
      write({ ...rest, payload: Buffer.from(text).toString('base64') });
    },
    'is not good: it or what it says was changed',
  ],
  [
    'a changed manifest',
    () => writeFileSync(at('manifest.json'), '{"version":2}'),
    'manifest.json is not the one that was signed',
  ],
  [
    'a changed file beside it',
    () => writeFileSync(at('schema.json'), '[1]'),
    'schema.json is not the one that was signed',
  ],
  ['a signed file that is gone', () => rmSync(at('schema.json')), 'is missing; it was signed'],
  [
    'a signature of something else',
    () => write(envelopeOf(['schema.json'])),
    'it is not about a manifest',
  ],
])('refuses %s', async (_what, harm, said) => {
  harm();
  await expect(checkSignature(folder, key)).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringContaining(said),
  });
});

it('reads a key in PEM, and says what is wrong with any other file', async () => {
  writeFileSync(at('key.pem'), pemOf(own.publicKey));
  expect(await readKey({ name: at('key.pem') })).toEqual(key);
  await expect(readKey({ name: at('manifest.json') })).rejects.toMatchObject({ exitCode: 2 });
  await expect(readKey({ name: at('none.pem') })).rejects.toMatchObject({ exitCode: 3 });
});
