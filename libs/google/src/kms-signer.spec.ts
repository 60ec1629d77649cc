import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { callerAuth } from './credentials.js';
import { KmsSigner } from './kms-signer.js';

const version = 'projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1';
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');
const message = Buffer.from('what was sealed');

let google: Server;
let signedBy = privateKey;
let algorithm: string;
const asked: string[] = [];
beforeAll(async () => {
  google = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    let text = '';
    request.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    request.on('end', () => {
      const pem = publicKey.export({ type: 'spki', format: 'pem' });
      const signatureOf = (data: string) =>
        sign(null, Buffer.from(data, 'base64'), signedBy).toString('base64');
      const body =
        request.method === 'GET'
          ? { pem, algorithm }
          : { signature: signatureOf((JSON.parse(text) as { data: string }).data) };
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => google.listen(0, '127.0.0.1', resolve));
});
afterAll(() => void google.close());
beforeEach(() => {
  signedBy = privateKey;
  algorithm = 'EC_SIGN_ED25519';
  asked.length = 0;
});

const signer = () =>
  new KmsSigner(
    callerAuth('token'),
    version,
    `http://127.0.0.1:${(google.address() as AddressInfo).port}`,
  );

it('asks for the public key once, however much is signed', async () => {
  const one = signer();
  await one.sign(message);
  await one.sign(message);
  const post = `POST /v1/${version}:asymmetricSign`;
  expect(asked).toEqual([`GET /v1/${version}/publicKey`, post, post]);
});

it('takes no signature that its public key does not confirm', async () => {
  signedBy = other.privateKey;
  await expect(signer().sign(message)).rejects.toMatchObject({ code: 'upstream-unavailable' });
});

it('refuses a key of another algorithm by its name', async () => {
  algorithm = 'EC_SIGN_P256_SHA256';
  await expect(signer().publicKey()).rejects.toThrow(
    `The key ${version} is for EC_SIGN_P256_SHA256`,
  );
});
