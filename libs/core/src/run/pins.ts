import { type FileStore, type StoredFile } from '../ports/file-store.js';
import { type Surroundings } from '../ports/surroundings.js';
import {
  type ExportRecord,
  type KeptPins,
  type Pin,
  type PinnedText,
  type PinTuple,
} from '../record.js';
import { writePrefix } from './file-places.js';
import { filesChanged } from './files-changed.js';
import { putOnce } from './put-once.js';
import { readPinnedText } from './read-pinned.js';

/** More pins than this lie in an object of their own, so that the record stays small: it is written once a second. */
const mostOnRecord = 500;

export const pinOf = ({ generation, sizeBytes, crc32c }: Pin): Pin => ({
  generation,
  sizeBytes,
  crc32c,
});

export const tupleOf = ({ generation, sizeBytes, crc32c }: Pin): PinTuple => [
  generation,
  sizeBytes,
  crc32c,
];

/** Keeps what has been written, in the order of its names: on record, or in an object that the record pins. */
export async function keepPins(
  what: 'shards' | 'files',
  pins: readonly PinTuple[],
  record: ExportRecord,
  { files, surroundings }: { readonly files: FileStore; readonly surroundings: Surroundings },
): Promise<KeptPins> {
  if (pins.length <= mostOnRecord) return { pins };
  const { bucket } = record.plan.files;
  const content = JSON.stringify(pins);
  const stored = await putOnce(files, bucket, placeOf(record, what), content, 'application/json');
  return { pinnedIn: { ...pinOf(stored), sha256: surroundings.sha256(content) } };
}

/** The pins that were kept; undefined in the records of versions that kept none. */
export async function readPins(
  what: 'shards' | 'files',
  record: ExportRecord,
  files: FileStore,
  sha256: Surroundings['sha256'],
): Promise<readonly Pin[] | undefined> {
  const kept = record.figures[what];
  if (!kept) return undefined;
  const pins =
    'pins' in kept ? kept.pins : await readSidecar(kept.pinnedIn, what, record, files, sha256);
  return pins.map(([generation, sizeBytes, crc32c]) => ({ generation, sizeBytes, crc32c }));
}

async function readSidecar(
  pin: PinnedText,
  what: 'shards' | 'files',
  record: ExportRecord,
  files: FileStore,
  sha256: Surroundings['sha256'],
): Promise<readonly PinTuple[]> {
  const place = { bucket: record.plan.files.bucket, name: placeOf(record, what) };
  return JSON.parse(await readPinnedText(files, place, pin, sha256)) as PinTuple[];
}

/** Where pins lie that are too many for the record; the seal removes them. */
export const pinsPrefix = (record: ExportRecord): string => `${writePrefix(record)}pins/`;

const placeOf = (record: ExportRecord, what: string): string => `${pinsPrefix(record)}${what}.json`;

/** The object, when it is the one that is pinned; throws `files-changed` for any other. */
export function held(
  place: { readonly bucket: string; readonly name: string },
  pin: Pin | undefined,
  found: StoredFile | undefined,
): StoredFile {
  if (found && (!pin || isPinned(found, pin))) return found;
  throw filesChanged(place, pin, found);
}

const isPinned = (found: StoredFile, pin: Pin): boolean =>
  found.generation === pin.generation &&
  found.sizeBytes === pin.sizeBytes &&
  found.crc32c === pin.crc32c;
