import { existsSync, linkSync, renameSync, unlinkSync } from 'node:fs';
import { TransferError } from './transfer-error.js';

/**
 * Gives a finished file the name that it shall have, and takes the temporary one away. Unless it may `replace`, the name
 * must be free: a hard link sees to that in the same step, and where the disk has none, a look just before.
 */
export function giveName(temporary: string, path: string, replace: boolean): void {
  if (!replace && linked(temporary, path)) unlinkSync(temporary);
  else {
    if (!replace && existsSync(path)) throw existsDifferent(path);
    renameSync(temporary, path);
  }
}

function linked(temporary: string, path: string): boolean {
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw existsDifferent(path);
    // Whatever is wrong besides, the renaming tells it too.
    return false;
  }
}

/** Refuses to replace what is there and is another file. */
export const existsDifferent = (path: string): TransferError =>
  new TransferError(
    'exists-different',
    `${path} exists and is a different file. Move it away, or ask to overwrite.`,
  );
