import { type FileStore } from '../ports/file-store.js';
import { type Surroundings } from '../ports/surroundings.js';
import { type PinnedText } from '../record.js';
import { createOnce } from './create-once.js';
import { pinOf } from './pins.js';
import { readTextAt } from './read-pinned.js';

/**
 * Creates an object of JSON that says when it was made. One that is there already counts when it differs in nothing but
 * that instant: another call has made it.
 */
export async function putDated(
  { bucket, name }: { readonly bucket: string; readonly name: string },
  make: (createdAt: string) => object,
  notBefore: string,
  { files, surroundings }: { readonly files: FileStore; readonly surroundings: Surroundings },
  replacesOthers = false,
): Promise<PinnedText> {
  const textAt = (createdAt: string): string => `${JSON.stringify(make(createdAt), null, 2)}\n`;
  const now = new Date(surroundings.nowMs()).toISOString();
  let text = textAt(now);
  const most = new TextEncoder().encode(text).length;
  const stored = await createOnce(
    files,
    bucket,
    name,
    (condition) => files.put(bucket, name, text, 'application/json', condition),
    async (present) => {
      if (present.sizeBytes !== most) return false;
      const found = await readTextAt(files, { bucket, name }, present);
      const createdAt = createdAtOf(found);
      if (createdAt === undefined || createdAt < notBefore || found !== textAt(createdAt))
        return false;
      text = found;
      return true;
    },
    replacesOthers,
  );
  return { ...pinOf(stored), sha256: surroundings.sha256(text) };
}

/** An instant as it is written here; all have the same length. */
function createdAtOf(text: string): string | undefined {
  const [, createdAt] =
    /^ {2}"createdAt": "(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"/m.exec(text) ?? [];
  return createdAt;
}
