import { readFile, rm, writeFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { type FileFormat } from '../formats/format.js';
import { CloudError, notImplemented } from '../http/cloud-error.js';
import { type BigQueryContext } from './bigquery-context.js';
import { asQueryError, invalid } from './bigquery-errors.js';
import { type ErrorProto } from './job-record.js';
import { splitRecords } from './split-records.js';
import { type BigQueryField } from './schema.js';
import { type SourceOptions, sourceRelation } from './source-files.js';

/** How CSV or lines of JSON are to be read. */
export interface TextSource {
  readonly format: FileFormat;
  /** Undefined = to be found out. */
  readonly schema: readonly BigQueryField[] | undefined;
  readonly options: SourceOptions;
}

/** What is left of files when their bad records are taken out. */
export interface GoodRecords {
  readonly paths: readonly string[];
  /** One for each bad record, in their order. */
  readonly problems: readonly ErrorProto[];
  remove(): Promise<void>;
}

/** Records are looked for in memory. */
const mostBytes = 64 * 1024 * 1024;

/**
 * Takes out the records that a load would fail of, at most `mostBad`: a file that fails is halved until what fails
 * is a single record. So a record is bad exactly when it could not be loaded by itself.
 */
export async function withoutBadRecords(
  context: BigQueryContext,
  paths: readonly string[],
  source: TextSource,
  mostBad: number,
): Promise<GoodRecords> {
  const problems: ErrorProto[] = [];
  const copies: string[] = [];
  const remove = async (): Promise<void> => {
    await Promise.all(copies.map((copy) => rm(copy, { force: true })));
  };
  const fileOf = async (content: Buffer): Promise<string> => {
    const copy = context.store.temporaryPath();
    copies.push(copy);
    await writeFile(copy, content);
    return copy;
  };
  try {
    const good: string[] = [];
    for (const path of paths) {
      if (!(await problemOf(context, path, source))) {
        good.push(path);
        continue;
      }
      if (!source.schema) throw notImplemented('maxBadRecords together with autodetect');
      const { head, records } = await readRecords(path, source);
      const search = async (from: number, to: number): Promise<Buffer[]> => {
        if (from === to) return [];
        const part = records.slice(from, to);
        const copy = await fileOf(Buffer.concat([...head, ...part]));
        const problem = await problemOf(context, copy, source);
        await rm(copy);
        if (!problem) return part;
        if (to - from === 1) {
          problems.push(problem);
          if (problems.length > mostBad) throw tooMany(source, from + 1, problems);
          return [];
        }
        const middle = Math.ceil((from + to) / 2);
        return [...(await search(from, middle)), ...(await search(middle, to))];
      };
      good.push(await fileOf(Buffer.concat([...head, ...(await search(0, records.length))])));
    }
    return { paths: good, problems, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function readRecords(
  path: string,
  { format, options: { quote, allowQuotedNewlines, skipLeadingRows = 0 } }: TextSource,
): Promise<{ head: Buffer[]; records: Buffer[] }> {
  const bytes = await readFile(path);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const tooLarge = notImplemented(`maxBadRecords for bad files of more than ${mostBytes} bytes`);
  if (bytes.length > mostBytes) throw tooLarge;
  let plain: Buffer;
  try {
    plain = isGzip ? gunzipSync(bytes, { maxOutputLength: mostBytes }) : bytes;
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge : error;
  }
  if (format !== 'CSV') return { head: [], records: splitRecords(plain) };
  const all = splitRecords(plain, allowQuotedNewlines ? quote : undefined);
  return { head: all.slice(0, skipLeadingRows), records: all.slice(skipLeadingRows) };
}

/** Why the rows of a file cannot be loaded; nothing when they can. */
async function problemOf(
  context: BigQueryContext,
  path: string,
  { format, schema: wanted, options }: TextSource,
): Promise<ErrorProto | undefined> {
  try {
    const { relation, schema } = await sourceRelation(context, format, [path], wanted, options);
    const reader = await context.database.withConnection((connection) =>
      // Counting what is not NULL works every value out.
      connection.runAndReadAll(`SELECT count(*), count(COLUMNS(*)) FROM ${relation}`),
    );
    const [rows, ...counts] = (reader.getRows()[0] ?? []).map(Number);
    const missing = schema.find(({ mode }, index) => mode === 'REQUIRED' && counts[index] !== rows);
    return missing && { reason: 'invalid', message: `Missing required field: ${missing.name}.` };
  } catch (error) {
    const translated = asQueryError(error);
    if (!(translated instanceof CloudError) || translated.status !== 400) throw translated;
    return { reason: 'invalid', message: translated.message };
  }
}

function tooMany(
  { format }: TextSource,
  rows: number,
  problems: readonly ErrorProto[],
): CloudError {
  const kind = format === 'CSV' ? 'CSV' : 'JSON';
  return invalid(
    `Error while reading data, error message: ${kind} table encountered too many errors, giving up. Rows: ${rows}; errors: ${problems.length}. ${problems.at(-1)?.message ?? ''}`,
  );
}
