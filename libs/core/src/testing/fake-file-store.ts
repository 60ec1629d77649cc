import { AppError } from '../errors.js';
import {
  type BucketFacts,
  type FileStore,
  type StoredFile,
  type WriteCondition,
} from '../ports/file-store.js';
import { encodeCrc32c } from '../run/crc32c.js';

interface Held {
  readonly content: Uint8Array;
  readonly file: StoredFile;
}

/** Cloud Storage in memory. A Parquet or Avro file here is a text of one row per line. */
export class FakeFileStore implements FileStore {
  private readonly objects = new Map<string, Held>();
  private generation = 1_000;
  /** The clock of Cloud Storage. */
  nowMs: () => number = () => Date.parse('2026-03-01T12:00:00Z');
  /** What all buckets are like beside their location. */
  bucketRules: Omit<BucketFacts, 'location'> = {};

  constructor(private readonly locations: Readonly<Record<string, string>> = { files: 'US' }) {}

  async getBucket(bucket: string): Promise<BucketFacts> {
    const location = this.locations[bucket];
    if (location === undefined)
      throw new AppError('bucket-not-found', `Bucket ${bucket} does not exist.`);
    return { location, ...this.bucketRules };
  }

  async list(bucket: string, prefix: string): Promise<readonly StoredFile[]> {
    return [...this.objects.values()]
      .map(({ file }) => file)
      .filter((file) => file.bucket === bucket && file.name.startsWith(prefix))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async stat(bucket: string, name: string) {
    return this.objects.get(`${bucket}/${name}`)?.file;
  }

  async readText(bucket: string, name: string) {
    return new TextDecoder().decode(this.held(bucket, name).content);
  }

  async *openRead(
    { bucket, name, generation }: { bucket: string; name: string; generation?: string },
    range: { start: number; end?: number } = { start: 0 },
  ) {
    const { content } = this.held(bucket, name, generation);
    // In small pieces, so that whoever reads has to join them.
    const end = range.end ?? content.length;
    const piece = end - range.start > 10_000 ? 65_537 : 7;
    for (let at = range.start; at < end; at += piece)
      yield content.slice(at, Math.min(at + piece, end));
  }

  async writeStream(
    bucket: string,
    name: string,
    content: AsyncIterable<Uint8Array>,
    contentType: string,
    condition?: WriteCondition,
  ) {
    const pieces: Uint8Array[] = [];
    for await (const piece of content) pieces.push(piece);
    return this.put(bucket, name, join(pieces), contentType, condition);
  }

  async put(
    bucket: string,
    name: string,
    content: string | Uint8Array,
    contentType: string,
    condition?: WriteCondition,
  ) {
    const present = this.objects.get(`${bucket}/${name}`)?.file.generation ?? '0';
    if (condition && condition.ifGeneration !== present)
      throw new AppError('record-conflict', `gs://${bucket}/${name} is at generation ${present}.`);
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const file: StoredFile = {
      bucket,
      name,
      sizeBytes: bytes.length,
      crc32c: encodeCrc32c(crc32cOf(bytes)),
      generation: String((this.generation += 1)),
      contentType,
      createdMs: this.nowMs(),
    };
    this.objects.set(`${bucket}/${name}`, { content: bytes, file });
    return file;
  }

  async compose(
    bucket: string,
    sources: readonly StoredFile[],
    target: string,
    contentType: string,
    condition?: WriteCondition,
  ) {
    if (sources.length < 1 || sources.length > 32)
      throw new AppError('request-invalid', 'compose takes 1 to 32 objects');
    const pieces = sources.map(
      ({ name, generation }) => this.held(bucket, name, generation).content,
    );
    return this.put(bucket, target, join(pieces), contentType, condition);
  }

  async remove(bucket: string, name: string) {
    this.objects.delete(`${bucket}/${name}`);
  }

  async countRows(
    { bucket, name, generation }: StoredFile,
    format: 'parquet' | 'avro' | 'csv',
  ): Promise<number> {
    const text = new TextDecoder().decode(this.held(bucket, name, generation).content);
    return format === 'csv' ? text.split('\n').length - 1 : text.split('\n').filter(Boolean).length;
  }

  async signUrl(
    file: { bucket: string; name: string; generation: string },
    options: { expiresMs: number },
  ) {
    return `https://files.test/${file.bucket}/${file.name}?generation=${file.generation}&expires=${options.expiresMs}`;
  }

  private held(bucket: string, name: string, generation?: string): Held {
    const held = this.objects.get(`${bucket}/${name}`);
    if (held && (generation ?? held.file.generation) === held.file.generation) return held;
    const at = generation === undefined ? '' : `#${generation}`;
    throw new AppError('file-not-found', `gs://${bucket}/${name}${at} does not exist.`);
  }
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((total, { length }) => total + length, 0));
  pieces.reduce((at, piece) => (joined.set(piece, at), at + piece.length), 0);
  return joined;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

/** CRC32C byte by byte: by the book, and independent of what the product uses. */
export function crc32cOf(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (crcTable[(crc ^ byte) & 255] as number);
  return (crc ^ 0xffffffff) >>> 0;
}
