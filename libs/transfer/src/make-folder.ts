import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { asDiskError, TransferError } from './transfer-error.js';

/**
 * Makes a folder and what is missing above it, one after the other: Node's own way with `recursive` never ends where the
 * system takes no folders (as in /proc). Throws a TransferError that says which of them cannot be made.
 */
export function makeFolder(folder: string): void {
  const missing: string[] = [];
  let at = resolve(folder);
  for (; !existsSync(at) && at !== dirname(at); at = dirname(at)) missing.push(at);
  if (!statSync(at, { throwIfNoEntry: false })?.isDirectory())
    throw new TransferError('folder-unusable', `${at} is not a folder.`);
  for (const path of missing.reverse()) makeOne(path);
}

function makeOne(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Somebody else was quicker.
    if (code === 'EEXIST') return;
    if (code === 'ENOENT')
      throw new TransferError('folder-unusable', `${path} cannot be made.`, {}, { cause: error });
    throw asDiskError(error, path);
  }
}
