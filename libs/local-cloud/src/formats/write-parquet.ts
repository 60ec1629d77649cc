import { rename, rm } from 'node:fs/promises';
import { type DuckDBConnection } from '@duckdb/node-api';
import { type BigQueryField } from '../bigquery/schema.js';
import { copyToFolder, sizeOf } from './copy-to-folder.js';
import { type WriteOptions, type WrittenFile, type WrittenFiles } from './format.js';

/** Rows in a row group: few enough that shards of some MiB can be told apart, many enough to compress well. */
const rowGroupRows = 122_880;
/** When shards are to be tiny, so that little data make many; DuckDB takes no fewer. */
const fewestRowGroupRows = 2_048;
const rowsFor = (shardBytes = Infinity): number =>
  shardBytes < 1 << 20 ? fewestRowGroupRows : rowGroupRows;

/** DuckDB writes Parquet itself; it starts a new file when a row group has taken one past its size. */
export async function writeParquet(
  connection: DuckDBConnection,
  sql: string,
  parameters: readonly unknown[],
  options: WriteOptions,
): Promise<WrittenFiles> {
  const codec = options.codec === 'NONE' ? 'uncompressed' : options.codec.toLowerCase();
  const columns = options.schema
    .map((field) => `${columnSql(field)} AS ${quote(field.name)}`)
    .join(', ');
  const { folder, paths, rowCount } = await copyToFolder(
    connection,
    `SELECT ${columns} FROM (${sql})`,
    parameters,
    {
      folder: `${options.nextPath()}.copy`,
      options: `FORMAT parquet, CODEC '${codec}', ROW_GROUP_SIZE ${rowsFor(options.shardBytes)}`,
      shardBytes: options.shardBytes,
      ending: 'parquet',
    },
  );
  const files: WrittenFile[] = [];
  for (const path of paths) {
    const target = options.nextPath();
    await rename(path, target);
    files.push({ path: target, sizeBytes: await sizeOf(target) });
  }
  await rm(folder, { recursive: true, force: true });
  return { files, rowCount };
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** BigQuery writes an empty list where an array is NULL. */
const columnSql = (field: BigQueryField): string =>
  field.mode === 'REPEATED' ? `coalesce(${quote(field.name)}, [])` : quote(field.name);
