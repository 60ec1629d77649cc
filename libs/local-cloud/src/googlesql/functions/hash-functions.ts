import { fn } from './define.js';
import { type FunctionTable } from './function-spec.js';

const hash = (template: (bytes: string) => string) =>
  fn(
    ['BYTES -> BYTES', (b) => template(b as string)],
    ['STRING -> BYTES', (s) => template(`encode(${s})`)],
  );

export const hashFunctions: FunctionTable = {
  FARM_FINGERPRINT: fn(
    ['BYTES -> INT64', (b) => `gs_farm_fingerprint(${b})`],
    ['STRING -> INT64', (s) => `gs_farm_fingerprint(encode(${s}))`],
  ),
  MD5: hash((b) => `from_hex(md5(${b}))`),
  SHA1: hash((b) => `from_hex(sha1(${b}))`),
  SHA256: hash((b) => `from_hex(sha256(${b}))`),
  SHA512: hash((b) => `gs_hash(${b}, 'sha512')`),
};
