import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type DuckDBConnection } from '@duckdb/node-api';
import { copyToFolder, sizeOf } from './copy-to-folder.js';
import { type WriteOptions, type WrittenFile, type WrittenFiles } from './format.js';
import { objectSql, textSql } from './value-text.js';

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** How many files are compressed at once: zlib runs on Node's four pool threads, and queries of others need some, too. */
const lanes = 2;

/**
 * CSV and JSON lines: DuckDB makes the text in BigQuery's forms and splits it; Node's zlib, several times as fast as
 * DuckDB's, compresses it.
 */
export async function writeText(
  connection: DuckDBConnection,
  sql: string,
  parameters: readonly unknown[],
  options: WriteOptions,
): Promise<WrittenFiles> {
  const isCsv = options.format === 'CSV';
  const select = isCsv
    ? csvSelect(sql, options)
    : `SELECT ${objectSql(options.schema, quote)} AS line FROM (${sql})`;
  const copyOptions = isCsv
    ? `FORMAT csv, HEADER ${options.header}, DELIMITER ${quoteText(options.delimiter)}, NULLSTR ''`
    : "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\u0007'";
  const { folder, paths, rowCount } = await copyToFolder(connection, select, parameters, {
    folder: `${options.nextPath()}.copy`,
    options: copyOptions,
    shardBytes: options.shardBytes,
    ending: 'txt',
  });
  try {
    const files = await inLanes(paths, (path) => finish(path, options));
    return { files, rowCount };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const csvSelect = (sql: string, { schema }: WriteOptions): string =>
  `SELECT ${schema.map((field) => `${textSql(quote(field.name), field)} AS ${quote(field.name)}`).join(', ')} FROM (${sql})`;

async function finish(
  path: string,
  { codec, nextPath, signal }: WriteOptions,
): Promise<WrittenFile> {
  const target = nextPath();
  if (codec === 'GZIP') {
    await pipeline(
      createReadStream(path, { highWaterMark: 1 << 20 }),
      createGzip({ level: 1, chunkSize: 1 << 18 }),
      createWriteStream(target),
      { signal },
    );
    await rm(path);
  } else {
    await rename(path, target);
  }
  return { path: target, sizeBytes: await sizeOf(target) };
}

async function inLanes<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++)
      results[index] = await work(items[index] as T);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}
