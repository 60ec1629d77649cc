import { type DuckDBConnection } from '@duckdb/node-api';
import { writeAvro } from './avro/write-avro.js';
import { type WriteOptions, type WrittenFiles } from './format.js';
import { writeParquet } from './write-parquet.js';
import { writeText } from './write-text.js';

export type { Codec, FileFormat, WriteOptions, WrittenFile, WrittenFiles } from './format.js';

/** Runs the query and writes its rows as BigQuery writes them; at least one file, also when there are no rows. */
export async function writeFiles(
  connection: DuckDBConnection,
  sql: string,
  parameters: readonly unknown[],
  options: WriteOptions,
): Promise<WrittenFiles> {
  switch (options.format) {
    case 'PARQUET':
      return writeParquet(connection, sql, parameters, options);
    case 'CSV':
    case 'NEWLINE_DELIMITED_JSON':
      return writeText(connection, sql, parameters, options);
    case 'AVRO':
      return writeAvro(connection, sql, parameters, options);
  }
}
