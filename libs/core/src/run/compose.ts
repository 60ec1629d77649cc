import { AppError } from '../errors.js';
import { type StoredFile } from '../ports/file-store.js';
import { type ExportRecord } from '../record.js';
import { contentTypeOf, partName } from '../plan/file-names.js';
import { combineCrc32c, decodeCrc32c, encodeCrc32c } from './crc32c.js';
import { createOnce } from './create-once.js';
import { slicesOf, writePrefix } from './file-places.js';
import { groupShards } from './group-shards.js';
import { hasBytes } from './has-bytes.js';
import { keepPins, tupleOf } from './pins.js';
import { putOnce } from './put-once.js';
import { removeParts } from './remove-prefix.js';
import { mapLimited, readShards } from './shards.js';
import { type StepContext, type StepResult } from './step-context.js';

/** Cloud Storage joins at most this many objects in one call. */
const widest = 32;
const atOnce = 8;
const mostRowCounts = 1_000;
/** Up to this a joined file that is there already is read and held against its parts; beyond it CRC32C and size decide. */
const mostComparedBytes = 2 ** 28;

/**
 * Joins the parts to the files that were asked for, each by a tree of composes. The parts are deleted only in a second
 * round, when the results are on record and their checksums were those of the parts.
 */
export async function compose(context: StepContext): Promise<StepResult> {
  const { record, files } = context;
  const { fileCounts } = record.figures;
  if (fileCounts) {
    await removeParts(record, files);
    return { kind: 'done', step: { progress: { files: sum(fileCounts) } } };
  }
  const header = await writeHeader(context);
  const slices = await readShards(context);
  const groups = slices.map((shards) => groupShards(shards, record.plan.files));
  const targets = groups.flatMap((ofSlice, slice) =>
    ofSlice.map((parts, index) => ({
      parts: header ? [header, ...parts] : parts,
      name: nameOf(record, slice, index, ofSlice.length),
      scratch: `${writePrefix(record)}parts/joined-${slice}-${index}`,
    })),
  );
  const joined = await mapLimited(targets, atOnce, (target) => join(context, target));
  return {
    kind: 'more',
    recordFirst: true,
    figures: {
      fileCounts: groups.map(({ length }) => length),
      fileRowCounts: rowsOf(record, groups.flat()),
      files: await keepPins('files', joined.map(tupleOf), record, context),
    },
  };
}

interface Target {
  readonly parts: readonly StoredFile[];
  readonly name: string;
  /** What the names of its intermediate objects begin with. */
  readonly scratch: string;
}

const nameOf = (record: ExportRecord, slice: number, index: number, count: number): string =>
  writePrefix(record) +
  (slicesOf(record)[slice]?.folder ?? '') +
  partName(record.plan.files.pattern, index, count);

async function join(context: StepContext, { parts, name, scratch }: Target): Promise<StoredFile> {
  if (parts.length === 0) return writeEmpty(context, name);
  let level = parts;
  for (let depth = 1; level.length > widest; depth += 1) {
    const groups = Array.from({ length: Math.ceil(level.length / widest) }, (_, index) => ({
      target: `${scratch}-${depth}-${String(index).padStart(6, '0')}`,
      sources: level.slice(index * widest, (index + 1) * widest),
    }));
    level = await mapLimited(groups, atOnce, ({ sources, target }) =>
      composeOnce(context, sources, target),
    );
  }
  return composeOnce(context, level, name);
}

async function writeEmpty(
  { record, files, surroundings }: StepContext,
  name: string,
): Promise<StoredFile> {
  const { bucket, format, compression } = record.plan.files;
  const content = compression === 'gzip' ? await surroundings.gzip('') : '';
  return putOnce(files, bucket, name, content, contentTypeOf(format, compression));
}

/** Joins objects into a new one, or takes the one that an earlier call has made, when it is right. */
async function composeOnce(
  { record, files }: StepContext,
  sources: readonly StoredFile[],
  target: string,
): Promise<StoredFile> {
  const { bucket, format, compression } = record.plan.files;
  const joined = await createOnce(
    files,
    bucket,
    target,
    (condition) =>
      files.compose(bucket, sources, target, contentTypeOf(format, compression), condition),
    async (present) =>
      isJoinOf(present, sources) &&
      (present.sizeBytes > mostComparedBytes || hasBytes(files, present, bytesOf(sources, files))),
  );
  if (isJoinOf(joined, sources)) return joined;
  throw new AppError(
    'verification-failed',
    `The joined file ${target} (${joined.sizeBytes} bytes, ${joined.crc32c}) is not its parts.`,
    { resource: target, fix: 'Retry the export; the parts are kept.' },
  );
}

async function* bytesOf(
  sources: readonly StoredFile[],
  files: StepContext['files'],
): AsyncGenerator<Uint8Array> {
  for (const source of sources) yield* files.openRead(source, { start: 0, end: source.sizeBytes });
}

function isJoinOf(joined: StoredFile, parts: readonly StoredFile[]): boolean {
  const crc32c = parts.reduce(
    (crc, part) => combineCrc32c(crc, decodeCrc32c(part.crc32c), part.sizeBytes),
    0,
  );
  return (
    joined.crc32c === encodeCrc32c(crc32c) &&
    joined.sizeBytes === sum(parts.map(({ sizeBytes }) => sizeBytes))
  );
}

/** Rows of each joined file: of a single one those that were counted, of several where each part's are known. */
function rowsOf(
  { figures }: ExportRecord,
  groups: readonly (readonly StoredFile[])[],
): readonly number[] | undefined {
  if (groups.length === 1 && figures.fileRows !== undefined) return [figures.fileRows];
  const { shardRows } = figures;
  if (!shardRows || groups.length > mostRowCounts) return undefined;
  let at = 0;
  return groups.map(({ length }) => sum(shardRows.slice(at, (at += length))));
}

/** One object with the header line, so that there is exactly one in each file however many parts it has. */
async function writeHeader({
  record,
  files,
  surroundings,
}: StepContext): Promise<StoredFile | undefined> {
  const { header, format, compression, bucket } = record.plan.files;
  if (!header || format !== 'csv') return undefined;
  const line = headerLine(record);
  const content = compression === 'gzip' ? await surroundings.gzip(line) : line;
  const name = `${writePrefix(record)}parts/header`;
  return putOnce(files, bucket, name, content, contentTypeOf(format, compression));
}

function headerLine({ plan }: ExportRecord): string {
  const { delimiter } = plan.files;
  const cells = plan.fields.map(({ name }) =>
    name.includes(delimiter) || /["\n\r]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name,
  );
  return `${cells.join(delimiter)}\n`;
}

const sum = (numbers: readonly number[]): number =>
  numbers.reduce((total, number) => total + number, 0);
