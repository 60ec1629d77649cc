/** One object of a files bucket. */
export interface StoredFile {
  readonly bucket: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** Base64 of the big-endian CRC32C, as Cloud Storage gives it. */
  readonly crc32c: string;
  readonly generation: string;
  readonly contentType?: string;
  /** When this generation was made, by the clock of Cloud Storage. */
  readonly createdMs?: number;
}

/** Without it a write replaces whatever is there. When it does not hold, the write throws `record-conflict`. */
export interface WriteCondition {
  /** The generation that must be there; `0`: nothing may be. */
  readonly ifGeneration: string;
}

/** What a bucket is like, as far as an export depends on it. */
export interface BucketFacts {
  readonly location: string;
  /** How long no object may be deleted or replaced, after it was made. */
  readonly retentionSeconds?: number;
  /** The policy cannot be taken away any more. */
  readonly isRetentionLocked?: boolean;
  /** New objects are held until someone releases each. */
  readonly holdsObjects?: boolean;
  /** How long what was deleted or replaced is kept, and billed. */
  readonly softDeleteSeconds?: number;
}

/** Cloud Storage for the files, with the service's own identity. */
export interface FileStore {
  /** Throws `bucket-not-found`. */
  getBucket(bucket: string): Promise<BucketFacts>;
  list(bucket: string, prefix: string): Promise<readonly StoredFile[]>;
  stat(bucket: string, name: string): Promise<StoredFile | undefined>;
  readText(bucket: string, name: string): Promise<string>;
  /** The bytes from `start` up to, not including, `end`; without a range the whole. Goes on by itself after a break. */
  openRead(
    file: { bucket: string; name: string; generation?: string },
    range?: { start: number; end?: number },
  ): AsyncIterable<Uint8Array>;
  /** Creates or replaces an object with small content. */
  put(
    bucket: string,
    name: string,
    content: string | Uint8Array,
    contentType: string,
    condition?: WriteCondition,
  ): Promise<StoredFile>;
  /** Creates or replaces an object of any size, in bounded memory; it is there whole or not at all. */
  writeStream(
    bucket: string,
    name: string,
    content: AsyncIterable<Uint8Array>,
    contentType: string,
    condition?: WriteCondition,
  ): Promise<StoredFile>;
  /** Joins 1 to 32 objects of one bucket into `target`; safe to repeat. */
  compose(
    bucket: string,
    sources: readonly StoredFile[],
    target: string,
    contentType: string,
    condition?: WriteCondition,
  ): Promise<StoredFile>;
  /** Deletes what is there; an object that is gone already is no error. */
  remove(bucket: string, name: string): Promise<void>;
  /**
   * Rows in a file: Parquet tells them in its footer, Avro in its blocks, and few bytes are read. CSV, gzip or plain, is
   * read as a whole; blank lines and the header count.
   */
  countRows(file: StoredFile, format: 'parquet' | 'avro' | 'csv'): Promise<number>;
  /** A V4 signed URL for reading; `saveAs` becomes the name in the browser. */
  signUrl(
    file: { bucket: string; name: string; generation: string },
    options: { expiresMs: number; saveAs: string },
  ): Promise<string>;
}
