import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { type DirectConfig } from './direct-config.js';

const leastLength = 32;

/** The key that marks this user's records; made at the first time, and readable by them alone. */
export function recordKeyOf({
  recordKey,
  recordKeyFile,
}: Pick<DirectConfig, 'recordKey' | 'recordKeyFile'>): string {
  if (recordKey !== undefined) return checked(recordKey, 'OUTHAUL_RECORD_KEY');
  const kept = keyIn(recordKeyFile);
  if (kept !== undefined) return checked(kept, recordKeyFile);
  mkdirSync(dirname(recordKeyFile), { recursive: true, mode: 0o700 });
  const fresh = randomBytes(32).toString('base64url');
  const draft = `${recordKeyFile}.${process.pid}`;
  writeFileSync(draft, `${fresh}\n`, { mode: 0o600 });
  try {
    // Whole or not at all; of several commands that begin at once, one makes the key of all.
    linkSync(draft, recordKeyFile);
    return fresh;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return checked(keyIn(recordKeyFile) ?? '', recordKeyFile);
  } finally {
    unlinkSync(draft);
  }
}

function keyIn(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function checked(key: string, where: string): string {
  if (key.length >= leastLength) return key;
  throw new CommandFailure(
    exitCodes.failure,
    `${where} holds no key of at least ${leastLength} characters.`,
    'Make one: openssl rand -base64 32',
  );
}
