import { invalid } from './storage-errors.js';

/** 400 for what Cloud Storage refuses as an object name: empty, > 1,024 UTF-8 bytes, CR or LF, `.` and `..`. */
export function requireObjectName(name: string): void {
  if (name === '') throw invalid('Required object name is empty.', 'required');
  const bytes = Buffer.byteLength(name);
  if (bytes > 1024)
    throw invalid(
      `The maximum object length is 1024 characters, but got a name with ${bytes} characters: '${name.slice(0, 32)}...'`,
    );
  if (/[\r\n]/.test(name)) throw invalid(`Disallowed unicode characters present in object name.`);
  if (name === '.' || name === '..' || name.startsWith('.well-known/acme-challenge/'))
    throw invalid(`Invalid object name: '${name}'`);
  if (/\p{Cs}/u.test(name)) throw invalid('Object names must be valid Unicode.');
}

/** 400 for what Cloud Storage refuses as a bucket name. */
export function requireBucketName(name: string): void {
  const isPlain = /^[a-z0-9][a-z0-9_.-]{1,220}[a-z0-9]$/.test(name);
  const labels = name.split('.');
  const hasRightLengths =
    name.length <= (labels.length > 1 ? 222 : 63) &&
    labels.every((label) => label.length > 0 && label.length <= 63);
  const isAddress = /^\d+\.\d+\.\d+\.\d+$/.test(name);
  if (
    !isPlain ||
    !hasRightLengths ||
    isAddress ||
    name.startsWith('goog') ||
    name.includes('google')
  )
    throw invalid(`Invalid bucket name: '${name}'`);
}
