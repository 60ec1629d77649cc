import { rename, rm } from 'node:fs/promises';
import { type DuckDBConnection } from '@duckdb/node-api';
import { isRecord } from '../bigquery/duckdb-type.js';
import { type BigQueryField } from '../bigquery/schema.js';
import { copyToFolder, rowsToCopy, sizeOf } from './copy-to-folder.js';
import { type WriteOptions, type WrittenFile, type WrittenFiles } from './format.js';
import { markWideDecimals, scaleOfBigNumeric } from './parquet/wide-decimals.js';

/** Rows in a row group: few enough that shards of some MiB can be told apart, many enough to compress well. */
const rowGroupRows = 122_880;
/** When shards are to be tiny, so that little data make many; DuckDB takes no fewer. */
const fewestRowGroupRows = 2_048;
const rowsFor = (shardBytes = Infinity): number =>
  shardBytes < 1 << 20 ? fewestRowGroupRows : rowGroupRows;

/**
 * DuckDB writes Parquet itself; it starts a new file when a row group has taken one past its size.
 * Types: https://cloud.google.com/bigquery/docs/exporting-data#parquet_export_details
 */
export async function writeParquet(
  connection: DuckDBConnection,
  sql: string,
  parameters: readonly unknown[],
  options: WriteOptions,
): Promise<WrittenFiles> {
  const { schema } = options;
  const codec = options.codec === 'NONE' ? 'uncompressed' : options.codec.toLowerCase();
  const columns = schema
    .map((field) => `${valueSql(quote(field.name), field)} AS ${quote(field.name)}`)
    .join(', ');
  const { folder, paths, rowCount } = await copyToFolder(
    connection,
    `SELECT ${columns} FROM (${rowsToCopy(sql, options)})`,
    parameters,
    {
      folder: `${options.nextPath()}.copy`,
      options: `FORMAT parquet, CODEC '${codec}', ROW_GROUP_SIZE ${rowsFor(options.shardBytes)}${geoMetadata(schema)}`,
      shardBytes: options.shardBytes,
      ending: 'parquet',
    },
  );
  const files: WrittenFile[] = [];
  for (const path of paths) {
    const target = options.nextPath();
    await rename(path, target);
    await markWideDecimals(target, schema);
    files.push({ path: target, sizeBytes: await sizeOf(target) });
  }
  await rm(folder, { recursive: true, force: true });
  return { files, rowCount };
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** BigQuery writes an empty list where an array is NULL. */
function valueSql(value: string, field: BigQueryField, depth = 0): string {
  if (field.mode === 'REPEATED') {
    const item = `e${depth}`;
    const element = valueSql(item, { ...field, mode: 'NULLABLE' }, depth + 1);
    const list = element === item ? value : `list_transform(${value}, lambda ${item}: ${element})`;
    return `coalesce(${list}, [])`;
  }
  if (isRecord(field)) {
    const members = (field.fields ?? []).map((child) => {
      const member = `${value}.${quote(child.name)}`;
      return { name: quote(child.name), member, sql: valueSql(member, child, depth) };
    });
    if (members.every(({ member, sql }) => member === sql)) return value;
    const packed = members.map(({ name, sql }) => `${name} := ${sql}`).join(', ');
    return `CASE WHEN ${value} IS NOT NULL THEN struct_pack(${packed}) END`;
  }
  switch (field.type) {
    case 'JSON':
      return `CAST(${value} AS VARCHAR)`;
    case 'GEOGRAPHY':
      return `ST_AsWKB(CAST(${value} AS GEOMETRY))`;
    case 'BIGNUMERIC':
      return `gs_bignumeric_bytes(${value}, ${scaleOfBigNumeric(field)})`;
    default:
      return value;
  }
}

/** GeoParquet: columns of whole rows only; a geography inside another column is well-known bytes and no more. */
function geoMetadata(schema: readonly BigQueryField[]): string {
  const names = schema
    .filter(({ type, mode }) => type === 'GEOGRAPHY' && mode !== 'REPEATED')
    .map(({ name }) => name);
  if (names.length === 0) return '';
  const column = { encoding: 'WKB', geometry_types: [], edges: 'spherical' };
  const metadata = JSON.stringify({
    version: '1.0.0',
    primary_column: names[0],
    columns: Object.fromEntries(names.map((name) => [name, column])),
  });
  return `, KV_METADATA {geo: '${metadata.replaceAll("'", "''")}'}`;
}
