import { createHash, createHmac } from 'node:crypto';
import { farmFingerprint } from './farm-fingerprint.js';
import { type NativeFunction, QueryFailure } from './native-function.js';

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function toBase32(bytes: Uint8Array): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  const text = (bits.match(/.{1,5}/g) ?? [])
    .map((five) => base32[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('');
  return text.padEnd(Math.ceil(text.length / 8) * 8, '=');
}

function fromBase32(text: string): Uint8Array {
  const digits = text.replace(/=+$/, '');
  if (!/^[A-Z2-7]*$/i.test(digits) || text.length % 8 !== 0)
    throw new QueryFailure('Failed to decode invalid base32 string');
  const bits = [...digits.toUpperCase()]
    .map((digit) => base32.indexOf(digit).toString(2).padStart(5, '0'))
    .join('');
  return Uint8Array.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

function fromBase64(text: string): Uint8Array {
  const plain = text.replace(/[-_]/g, (sign) => (sign === '-' ? '+' : '/'));
  if (
    !/^[A-Za-z0-9+/]*={0,2}$/.test(plain) ||
    (plain.endsWith('=') && plain.length % 4 !== 0) ||
    plain.length % 4 === 1
  )
    throw new QueryFailure('Failed to decode invalid base64 string');
  return Buffer.from(plain, 'base64');
}

function fromHex(text: string): Uint8Array {
  if (!/^[0-9a-fA-F]*$/.test(text))
    throw new QueryFailure('Failed to decode invalid hexadecimal string');
  return Buffer.from(text.length % 2 === 0 ? text : `0${text}`, 'hex');
}

function safeText(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

export const bytesFunctions: readonly NativeFunction[] = [
  { name: 'gs_farm_fingerprint', parameters: ['BLOB'], returns: 'BIGINT', run: farmFingerprint },
  {
    name: 'gs_hash',
    parameters: ['BLOB', 'VARCHAR'],
    returns: 'BLOB',
    run: (bytes: Uint8Array, algorithm: string) => createHash(algorithm).update(bytes).digest(),
  },
  {
    name: 'gs_hmac',
    parameters: ['BLOB', 'BLOB'],
    returns: 'BLOB',
    run: (key: Uint8Array, bytes: Uint8Array) => createHmac('sha256', key).update(bytes).digest(),
  },
  { name: 'gs_to_base32', parameters: ['BLOB'], returns: 'VARCHAR', run: toBase32 },
  { name: 'gs_from_base32', parameters: ['VARCHAR'], returns: 'BLOB', run: fromBase32 },
  { name: 'gs_from_base64', parameters: ['VARCHAR'], returns: 'BLOB', run: fromBase64 },
  { name: 'gs_from_hex', parameters: ['VARCHAR'], returns: 'BLOB', run: fromHex },
  { name: 'gs_safe_text', parameters: ['BLOB'], returns: 'VARCHAR', run: safeText },
  {
    name: 'gs_reverse_bytes',
    parameters: ['BLOB'],
    returns: 'BLOB',
    run: (bytes: Uint8Array) => Uint8Array.from(bytes).reverse(),
  },
];
