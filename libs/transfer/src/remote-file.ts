/** One object to fetch. */
export interface RemoteFile {
  /** Relative to the export, parts separated by `/`. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Base64 of the big-endian CRC32C, as Cloud Storage gives it. */
  readonly crc32c: string;
  /** When given, an answer with another `x-goog-generation` is not taken. */
  readonly generation?: string;
}

/** Why a link to a file is asked for. */
export type LinkReason = 'first' | 'expired';
