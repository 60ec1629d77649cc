import { isAppError } from '../errors.js';
import { type FileStore, type StoredFile, type WriteCondition } from '../ports/file-store.js';

/**
 * Creates an object unless it is there: what another call of the same step has made is answered instead, so that the
 * generation that is on record stays the one that is there.
 */
export async function createOnce(
  files: FileStore,
  bucket: string,
  name: string,
  create: (condition: WriteCondition) => Promise<StoredFile>,
): Promise<StoredFile> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await create({ ifGeneration: '0' });
    } catch (error) {
      if (!isAppError(error, 'record-conflict')) throw error;
      const present = await files.stat(bucket, name);
      if (present) return present;
      // It was removed in between.
      if (tries >= 3) throw error;
    }
  }
}
