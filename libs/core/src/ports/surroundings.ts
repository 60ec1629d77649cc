/** Time and chance, given from outside so that planning stays pure. */
export interface Surroundings {
  nowMs(): number;
  /** Ends after this many milliseconds, or as soon as `sooner` has settled. */
  pause(ms: number, sooner?: Promise<unknown>): Promise<void>;
  random(bytes: number): Uint8Array;
  /** Hex SHA-256 of a text. */
  sha256(text: string): string;
  gzip(text: string): Promise<Uint8Array>;
  /** A zip archive of these files, in their order, in bounded memory. */
  zip(entries: AsyncIterable<ZipEntry>): AsyncIterable<Uint8Array>;
}

export interface ZipEntry {
  readonly name: string;
  readonly content: AsyncIterable<string>;
}
