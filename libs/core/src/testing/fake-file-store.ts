import { AppError } from '../errors.js';
import { type FileStore, type StoredFile } from '../ports.js';
import { encodeCrc32c } from '../run/crc32c.js';

interface Held {
  readonly content: Uint8Array;
  readonly file: StoredFile;
}

/** Cloud Storage in memory. A Parquet file here is a text of one row per line. */
export class FakeFileStore implements FileStore {
  private readonly objects = new Map<string, Held>();
  private generation = 1_000;

  constructor(private readonly locations: Readonly<Record<string, string>> = { files: 'US' }) {}

  async getBucket(bucket: string) {
    const location = this.locations[bucket];
    if (location === undefined)
      throw new AppError('bucket-not-found', `Bucket ${bucket} does not exist.`);
    return { location };
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

  async put(bucket: string, name: string, content: string | Uint8Array, contentType: string) {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const file: StoredFile = {
      bucket,
      name,
      sizeBytes: bytes.length,
      crc32c: encodeCrc32c(crc32cOf(bytes)),
      generation: String((this.generation += 1)),
      contentType,
    };
    this.objects.set(`${bucket}/${name}`, { content: bytes, file });
    return file;
  }

  async compose(
    bucket: string,
    sources: readonly StoredFile[],
    target: string,
    contentType: string,
  ) {
    if (sources.length < 1 || sources.length > 32)
      throw new AppError('request-invalid', 'compose takes 1 to 32 objects');
    const pieces = sources.map(({ name }) => this.held(bucket, name).content);
    const joined = new Uint8Array(pieces.reduce((total, { length }) => total + length, 0));
    pieces.reduce((at, piece) => (joined.set(piece, at), at + piece.length), 0);
    return this.put(bucket, target, joined, contentType);
  }

  async remove(bucket: string, name: string) {
    this.objects.delete(`${bucket}/${name}`);
  }

  async countParquetRows({ bucket, name }: StoredFile) {
    return (await this.readText(bucket, name)).split('\n').filter(Boolean).length;
  }

  async signUrl(
    file: { bucket: string; name: string; generation: string },
    options: { expiresMs: number },
  ) {
    this.held(file.bucket, file.name);
    return `https://files.test/${file.bucket}/${file.name}?expires=${options.expiresMs}`;
  }

  private held(bucket: string, name: string): Held {
    const held = this.objects.get(`${bucket}/${name}`);
    if (held) return held;
    throw new AppError('file-not-found', `gs://${bucket}/${name} does not exist.`);
  }
}

/** CRC32C bit by bit: slow, and obviously right. */
export function crc32cOf(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
