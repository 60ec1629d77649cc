import { rename, rm } from 'node:fs/promises';
import { type DuckDBConnection } from '@duckdb/node-api';
import { copyToFolder, rowsToCopy, sizeOf } from './copy-to-folder.js';
import { gzipFiles } from './gzip-files.js';
import { type WriteOptions, type WrittenFile, type WrittenFiles } from './format.js';
import { objectSql, textSql } from './value-text.js';

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

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
  const rows = rowsToCopy(sql, options);
  const select = isCsv
    ? csvSelect(rows, options)
    : `SELECT ${objectSql(options.schema, quote)} AS line FROM (${rows})`;
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
    return { files: await finish(paths, options), rowCount };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const csvSelect = (sql: string, { schema }: WriteOptions): string =>
  `SELECT ${schema.map((field) => `${textSql(quote(field.name), field)} AS ${quote(field.name)}`).join(', ')} FROM (${sql})`;

async function finish(
  paths: readonly string[],
  { codec, nextPath, signal }: WriteOptions,
): Promise<WrittenFile[]> {
  const moves = paths.map((source) => ({ source, target: nextPath() }));
  if (codec === 'GZIP') await gzipFiles(moves, signal, ({ source }) => rm(source));
  else for (const { source, target } of moves) await rename(source, target);
  return Promise.all(
    moves.map(async ({ target }) => ({ path: target, sizeBytes: await sizeOf(target) })),
  );
}
