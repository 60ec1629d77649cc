import type * as NodeFs from 'node:fs';
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
  readonly index: number;
  readonly code?: string;
  readonly message: string;
}

type FileSystem = Pick<
  typeof NodeFs,
  'closeSync' | 'existsSync' | 'fdatasyncSync' | 'linkSync' | 'renameSync' | 'unlinkSync'
>;

/**
 * Makes files durable unless that is done already, closes them and gives them their names. Unless a file may replace, its
 * name must be free: a hard link sees to that in the same step, and where the disk has none, a look just before. It is
 * also run in a thread of its own, from its text: so it names nothing that lies outside of it.
 */
export function finishFiles(
  fs: FileSystem,
  files: readonly FinishedFile[],
  flush: boolean,
): FinishingFailure[] {
  const failures: FinishingFailure[] = [];
  for (let index = 0; index < files.length; index += 1) {
    const { descriptor, temporary, path, replace } = files[index] as FinishedFile;
    try {
      try {
        if (flush) fs.fdatasyncSync(descriptor);
      } finally {
        fs.closeSync(descriptor);
      }
      let isLinked = false;
      if (!replace) {
        try {
          fs.linkSync(temporary, path);
          isLinked = true;
        } catch (error) {
          // Whatever is wrong besides, the renaming tells it too.
          if ((error as NodeJS.ErrnoException).code === 'EEXIST' || fs.existsSync(path))
            throw Object.assign(new Error(`${path} exists.`), { code: 'EEXIST' });
        }
      }
      if (isLinked) fs.unlinkSync(temporary);
      else fs.renameSync(temporary, path);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      failures.push({ index, code, message });
    }
  }
  return failures;
}

/** The failure of one file as an error that can be told. */
export const asFinishingError = ({ code, message }: FinishingFailure, path: string): unknown =>
  code === 'EEXIST'
    ? existsDifferent(path)
    : asDiskError(Object.assign(new Error(message), { code }), path);
