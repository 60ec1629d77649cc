import { type BigQueryField } from '../bigquery/schema.js';

export type FileFormat = 'CSV' | 'NEWLINE_DELIMITED_JSON' | 'AVRO' | 'PARQUET';
export type Codec = 'NONE' | 'GZIP' | 'DEFLATE' | 'SNAPPY' | 'ZSTD';

/** One finished shard file on disk. */
export interface WrittenFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Set when the writer computed it on the way. */
  readonly crc32c?: number;
}

/** The shards in order, and the rows in all of them. */
export interface WrittenFiles {
  readonly files: readonly WrittenFile[];
  readonly rowCount: number;
}

export interface WriteOptions {
  readonly format: FileFormat;
  readonly codec: Codec;
  readonly header: boolean;
  readonly delimiter: string;
  readonly useAvroLogicalTypes: boolean;
  /** Split into files of about this many bytes of uncompressed text (or Parquet bytes); undefined = exactly one file. */
  readonly shardBytes?: number;
  /** Keep the query's order across files. */
  readonly ordered: boolean;
  readonly schema: readonly BigQueryField[];
  /** Gives the path of the next shard's file. */
  nextPath(): string;
  readonly signal: AbortSignal;
  onProgress?(rows: number, bytes: number): void;
}
