import {
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parsed, readIfThere, writeWhole } from './first-file.js';

/** PEM texts for a TLS server on loopback. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

const day = 24 * 60 * 60 * 1000;
const lifeDays = 3650;

/** Reads the certificate from `folder`; makes one for localhost, 127.0.0.1 and ::1 when there is none or it ends soon. */
export async function openCertificate(folder: string, nowMs: number): Promise<CertificatePair> {
  const certPath = join(folder, 'certificate.pem');
  const keyPath = join(folder, 'key.pem');
  const cert = await readIfThere(certPath);
  const key = await readIfThere(keyPath);
  if (cert !== undefined && key !== undefined) {
    const privateKey = parsed(keyPath, key, createPrivateKey);
    const certificate = parsed(certPath, cert, (text) => new X509Certificate(text));
    const isPair = certificate.checkPrivateKey(privateKey);
    // Where a start was ended between the two files, they belong to two pairs.
    if (isPair && Date.parse(certificate.validTo) > nowMs + 30 * day) return { cert, key };
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const pair = makeCertificate(nowMs);
  await writeWhole(keyPath, pair.key);
  await writeWhole(certPath, pair.cert);
  return pair;
}

/** A self-signed X.509 v3 certificate (P-256) that clients may also take as their trust anchor. */
export function makeCertificate(nowMs: number): CertificatePair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const body = certificateBody(publicKey, nowMs);
  const signature = sign('sha256', body, { key: privateKey, dsaEncoding: 'der' });
  const certificate = sequence(body, ecdsaWithSha256, bitString(signature));
  const base64 = certificate.toString('base64').replace(/.{64}(?=.)/g, '$&\n');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** RFC 5280's TBSCertificate. */
function certificateBody(publicKey: KeyObject, nowMs: number): Buffer {
  const name = sequence(
    tagged(0x31, sequence(objectId('2.5.4.3'), tagged(0x0c, Buffer.from('Outhaul local cloud')))),
  );
  return sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    name,
    sequence(utcTime(nowMs - day), utcTime(nowMs + lifeDays * day)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions())),
  );
}

function extensions(): Buffer[] {
  const digitalSignatureAndCertSign = Buffer.from([2, 0b1000_0100]);
  const names = sequence(
    tagged(0x82, Buffer.from('localhost')),
    tagged(0x87, Buffer.from([127, 0, 0, 1])),
    tagged(0x87, Buffer.concat([Buffer.alloc(15), Buffer.from([1])])),
  );
  return [
    extension('2.5.29.19', true, sequence(tagged(0x01, Buffer.from([0xff])))),
    extension('2.5.29.15', true, tagged(0x03, digitalSignatureAndCertSign)),
    extension('2.5.29.37', false, sequence(objectId('1.3.6.1.5.5.7.3.1'))),
    extension('2.5.29.17', false, names),
  ];
}

const extension = (id: string, isCritical: boolean, value: Buffer): Buffer =>
  sequence(
    objectId(id),
    ...(isCritical ? [tagged(0x01, Buffer.from([0xff]))] : []),
    tagged(0x04, value),
  );

// DER: tag, length, content.

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const lengthBytes =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), content]);
}

const sequence = (...items: Buffer[]): Buffer => tagged(0x30, Buffer.concat(items));
const integer = (bytes: Buffer): Buffer => tagged(0x02, bytes);
const bitString = (bytes: Buffer): Buffer => tagged(0x03, Buffer.concat([Buffer.alloc(1), bytes]));

const utcTime = (ms: number): Buffer =>
  tagged(0x17, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));

function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const septets = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) septets.unshift((left & 0x7f) | 0x80);
    bytes.push(...septets);
  }
  return tagged(0x06, Buffer.from(bytes));
}

const ecdsaWithSha256 = sequence(objectId('1.2.840.10045.4.3.2'));
