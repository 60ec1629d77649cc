/** What the rest of the local cloud (BigQuery's extract and load) needs of Cloud Storage. */
export interface ObjectStore {
  /** The bucket's location (`US`, `EU`, …), or undefined when there is no such bucket. */
  bucketLocation(bucket: string): string | undefined;
  /** Live objects whose name begins with `prefix`, in lexicographic order of UTF-8 bytes. */
  list(bucket: string, prefix: string): StoredObject[];
  stat(bucket: string, name: string): StoredObject | undefined;
  /** A path in the data folder's file system for a new file; `adopt` makes it an object by a rename. */
  temporaryPath(): string;
  /**
   * Makes the finished file at `path` the object's new generation (rename, never a copy). Computes size and crc32c when
   * they are not given. Durable when it resolves. The file belongs to the store afterwards.
   */
  adopt(bucket: string, name: string, path: string, content: AdoptedContent): Promise<StoredObject>;
  delete(bucket: string, name: string): Promise<void>;
}

export interface AdoptedContent {
  readonly contentType: string;
  readonly sizeBytes?: number;
  /** CRC32C (Castagnoli) as an unsigned 32-bit number, when the writer knows it already. */
  readonly crc32c?: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface StoredObject {
  readonly bucket: string;
  readonly name: string;
  readonly generation: string;
  readonly sizeBytes: number;
  readonly crc32c: number;
  readonly contentType: string;
  readonly updatedMs: number;
  /** Absolute path of the bytes; the file never changes while the generation lives. */
  readonly path: string;
}
