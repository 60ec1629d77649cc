import { isAppError } from '../errors.js';
import { type FileStore, type StoredFile, type WriteCondition } from '../ports/file-store.js';
import { plantedFile } from './files-changed.js';

/**
 * Creates an object unless it is there: what another call of the same step has made is returned instead, so that the
 * generation that is on record stays the one that is there. Others may write in the bucket, too: what is there counts
 * only when it is what would be written. Anything else is `files-changed`, or is replaced where that loses nothing.
 */
export async function createOnce(
  files: FileStore,
  bucket: string,
  name: string,
  create: (condition: WriteCondition) => Promise<StoredFile>,
  isWhatWouldBe: (present: StoredFile) => Promise<boolean>,
  replacesOthers = false,
): Promise<StoredFile> {
  let ifGeneration = '0';
  for (let tries = 0; ; tries += 1) {
    try {
      return await create({ ifGeneration });
    } catch (error) {
      if (!isAppError(error, 'record-conflict')) throw error;
      const present = await files.stat(bucket, name);
      if (present && (await isWhatWouldBe(present))) return present;
      if (present && !replacesOthers) throw plantedFile(present);
      // It was removed, or replaced, in between.
      if (tries >= 3) throw error;
      ifGeneration = present?.generation ?? '0';
    }
  }
}
