import { closeSync, existsSync, fdatasyncSync, linkSync, renameSync, unlinkSync } from 'node:fs';
import { asDiskError, existsDifferent } from './transfer-error.js';

/** A file whose bytes are all there and right, still under its temporary name. */
export interface FinishedFile {
  readonly descriptor: number;
  readonly temporary: string;
  readonly path: string;
  /** Whether it may take the place of another file. */
  readonly replace: boolean;
}

/** Why a file could not be finished; EEXIST says that its name is another file's. */
export interface FinishingFailure {
  readonly code?: string;
  readonly message: string;
}

/**
 * Makes a file durable unless that is done already, closes it and gives it its name. Unless it may replace, the name must
 * be free: a hard link sees to that in the same step, and where the disk has none, a look just before.
 */
export function finishFile(
  { descriptor, temporary, path, replace }: FinishedFile,
  flush: boolean,
): FinishingFailure | undefined {
  try {
    try {
      if (flush) fdatasyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    if (!replace && isLinked(temporary, path)) unlinkSync(temporary);
    else renameSync(temporary, path);
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { code, message };
  }
}

/** Whether the file has got its name by a link; throws EEXIST when that is taken. */
function isLinked(temporary: string, path: string): boolean {
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    // Whatever is wrong besides, the renaming tells it too.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' || existsSync(path))
      throw Object.assign(new Error(`${path} exists.`), { code: 'EEXIST' });
    return false;
  }
}

/** The failure of one file as an error that can be told. */
export const asFinishingError = ({ code, message }: FinishingFailure, path: string): unknown =>
  code === 'EEXIST'
    ? existsDifferent(path)
    : asDiskError(Object.assign(new Error(message), { code }), path);
