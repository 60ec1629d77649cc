import { isAppError } from '../errors.js';
import { type FileStore } from '../ports/file-store.js';
import { type Surroundings } from '../ports/surroundings.js';
import { type Pin, type PinnedText } from '../record.js';
import { filesChanged } from './files-changed.js';

interface Place {
  readonly bucket: string;
  readonly name: string;
}

/** A small object at the generation that is on record; throws `files-changed` when that is gone. */
export async function readPinnedText(
  files: FileStore,
  place: Place,
  pin: PinnedText,
  sha256: Surroundings['sha256'],
): Promise<string> {
  const text = await readTextAt(files, place, pin);
  if (sha256(text) !== pin.sha256)
    throw filesChanged(place, pin, await files.stat(place.bucket, place.name));
  return text;
}

/** The same without a digest: a generation is never given twice. */
export async function readTextAt(files: FileStore, place: Place, pin: Pin): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    const bytes = files.openRead(
      { ...place, generation: pin.generation },
      { start: 0, end: pin.sizeBytes },
    );
    for await (const piece of bytes) text += decoder.decode(piece, { stream: true });
  } catch (error) {
    if (!isAppError(error, 'file-not-found')) throw error;
    throw filesChanged(place, pin, await files.stat(place.bucket, place.name));
  }
  return text + decoder.decode();
}
