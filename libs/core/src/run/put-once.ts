import { type FileStore, type StoredFile } from '../ports/file-store.js';
import { createOnce } from './create-once.js';
import { hasBytes } from './has-bytes.js';

/** Creates a small object; one that is there already counts when it has the same bytes, or is replaced where that loses nothing. */
export function putOnce(
  files: FileStore,
  bucket: string,
  name: string,
  content: string | Uint8Array,
  contentType: string,
  replacesOthers = false,
): Promise<StoredFile> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return createOnce(
    files,
    bucket,
    name,
    (condition) => files.put(bucket, name, bytes, contentType, condition),
    async (present) =>
      present.sizeBytes === bytes.length && hasBytes(files, present, inOnePiece(bytes)),
    replacesOthers,
  );
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
