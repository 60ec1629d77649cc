import { AppError } from '../errors.js';
import { type StoredFile } from '../ports.js';
import { type ExportRecord } from '../record.js';
import { contentTypeOf } from '../plan/file-names.js';
import { combineCrc32c, decodeCrc32c, encodeCrc32c } from './crc32c.js';
import { writePrefix } from './file-places.js';
import { mapLimited, readShards } from './shards.js';
import { type StepContext, type StepResult } from './step-context.js';

/** Cloud Storage joins at most this many objects in one call. */
const widest = 32;
const atOnce = 8;

/**
 * Joins the parts to one file by a tree of composes. The parts are deleted only in a second call, when the result is
 * on record and its checksum was that of the parts.
 */
export async function compose(context: StepContext): Promise<StepResult> {
  const { record, files } = context;
  const { bucket } = record.plan.files;
  const partsPrefix = `${writePrefix(record)}parts/`;
  if (record.figures.single) {
    const parts = await files.list(bucket, partsPrefix);
    await mapLimited(parts, atOnce, ({ name }) => files.remove(bucket, name));
    return {
      kind: 'done',
      step: { progress: { files: 1, bytes: record.figures.single.sizeBytes } },
    };
  }
  const header = await writeHeader(context, partsPrefix);
  const parts = [...(header ? [header] : []), ...(await readShards(record, files))];
  const single = await joinAll(context, parts, partsPrefix);
  refuseDifferent(single, parts);
  return { kind: 'running', step: {}, figures: { single } };
}

async function joinAll(
  { record, files }: StepContext,
  parts: readonly StoredFile[],
  partsPrefix: string,
): Promise<StoredFile> {
  const { bucket, pattern, format, compression } = record.plan.files;
  const contentType = contentTypeOf(format, compression);
  let level = parts;
  for (let depth = 1; level.length > widest; depth += 1) {
    const groups = Array.from({ length: Math.ceil(level.length / widest) }, (_, index) => ({
      target: `${partsPrefix}joined-${depth}-${String(index).padStart(6, '0')}`,
      sources: level.slice(index * widest, (index + 1) * widest),
    }));
    level = await mapLimited(groups, atOnce, ({ sources, target }) =>
      files.compose(bucket, sources, target, contentType),
    );
  }
  return files.compose(bucket, level, writePrefix(record) + pattern, contentType);
}

function refuseDifferent(single: StoredFile, parts: readonly StoredFile[]): void {
  const crc32c = encodeCrc32c(
    parts.reduce((crc, part) => combineCrc32c(crc, decodeCrc32c(part.crc32c), part.sizeBytes), 0),
  );
  const sizeBytes = parts.reduce((total, part) => total + part.sizeBytes, 0);
  if (single.crc32c === crc32c && single.sizeBytes === sizeBytes) return;
  throw new AppError(
    'verification-failed',
    `The joined file (${single.sizeBytes} bytes, ${single.crc32c}) is not its parts (${sizeBytes} bytes, ${crc32c}).`,
    {
      resource: single.name,
      fix: 'Retry the export; the parts are kept.',
    },
  );
}

/** One object with the header line, so that there is exactly one however many parts there are. */
async function writeHeader(
  { record, files, surroundings }: StepContext,
  partsPrefix: string,
): Promise<StoredFile | undefined> {
  const { header, format, compression, bucket } = record.plan.files;
  if (!header || format !== 'csv') return undefined;
  const line = headerLine(record);
  const content = compression === 'gzip' ? await surroundings.gzip(line) : line;
  return files.put(bucket, `${partsPrefix}header`, content, contentTypeOf(format, compression));
}

function headerLine({ plan }: ExportRecord): string {
  const { delimiter } = plan.files;
  const cells = plan.fields.map(({ name }) =>
    name.includes(delimiter) || /["\n\r]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name,
  );
  return `${cells.join(delimiter)}\n`;
}
