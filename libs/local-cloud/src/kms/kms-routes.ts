import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { crc32c } from '@node-rs/crc32';
import { CloudError, notImplemented } from '../http/cloud-error.js';
import { type CloudRequest, type CloudResponse, type Route } from '../http/route.js';
import { type SigningKeys } from './signing-keys.js';

const service = 'kms' as const;
const keys = '/v1/projects/:project/locations/:location/keyRings/:ring/cryptoKeys/:key';
const operations = 'cloudkms.projects.locations.keyRings.cryptoKeys.cryptoKeyVersions';
/** Of the data in one call. */
const mostBytes = 65_536;

/** Cloud KMS, as far as signing needs it: sign with a key version, and get its public key. */
export function kmsRoutes(signingKeys: SigningKeys): Route[] {
  const keyOf = (name: string): KeyObject => {
    const key = signingKeys.get(name);
    if (key) return key;
    throw new CloudError(404, 'notFound', `CryptoKeyVersion ${name} not found.`);
  };
  return [
    {
      service,
      method: 'GET',
      path: `${keys}/cryptoKeyVersions/:version/publicKey`,
      operation: `${operations}.getPublicKey`,
      limits: 'PEM only.',
      handler(request) {
        const name = versionName(request);
        request.caller.require('cloudkms.cryptoKeyVersions.viewPublicKey', name);
        const format = request.query.get('publicKeyFormat');
        if (format !== null && format !== 'PEM') throw notImplemented(`public keys as ${format}`);
        const pem = createPublicKey(keyOf(name)).export({ type: 'spki', format: 'pem' }) as string;
        return {
          json: {
            pem,
            algorithm: 'EC_SIGN_ED25519',
            pemCrc32c: String(crc32c(pem)),
            name,
            protectionLevel: 'SOFTWARE',
          },
        };
      },
    },
    {
      service,
      method: 'POST',
      path: `${keys}/cryptoKeyVersions/:version:asymmetricSign`,
      operation: `${operations}.asymmetricSign`,
      limits: 'EC_SIGN_ED25519.',
      async handler(request) {
        const name = versionName(request);
        request.caller.require('cloudkms.cryptoKeyVersions.useToSign', name);
        return signData(keyOf(name), name, await request.json());
      },
    },
  ];
}

/** Ed25519 takes the data themselves; a digest is for the other algorithms. */
function signData(
  key: KeyObject,
  name: string,
  { data, dataCrc32c, digest }: Readonly<Record<string, unknown>>,
): CloudResponse {
  if (digest !== undefined)
    throw invalid('Digest is not allowed for EC_SIGN_ED25519; set AsymmetricSignRequest.data.');
  if (typeof data !== 'string' || data === '')
    throw invalid('AsymmetricSignRequest.data is required.');
  const bytes = Buffer.from(data, 'base64');
  if (bytes.length > mostBytes)
    throw invalid(`AsymmetricSignRequest.data must have at most ${mostBytes} bytes.`);
  if (dataCrc32c !== undefined && String(dataCrc32c) !== String(crc32c(bytes)))
    throw invalid('The checksum in field data_crc32c did not match the data in field data.');
  const signature = sign(null, bytes, key);
  return {
    json: {
      signature: signature.toString('base64'),
      signatureCrc32c: String(crc32c(signature)),
      ...(dataCrc32c === undefined ? {} : { verifiedDataCrc32c: true }),
      name,
      protectionLevel: 'SOFTWARE',
    },
  };
}

const versionName = ({ params }: CloudRequest): string =>
  `projects/${params['project']}/locations/${params['location']}/keyRings/${params['ring']}/cryptoKeys/${params['key']}/cryptoKeyVersions/${params['version']}`;

const invalid = (message: string): CloudError => new CloudError(400, 'badRequest', message);
