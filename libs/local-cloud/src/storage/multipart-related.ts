import { type Readable } from 'node:stream';
import { invalid } from './storage-errors.js';

/** Most bytes of a part's headers and of the metadata part. */
const maxHeadBytes = 64 * 1024;
const maxMetadataBytes = 1024 * 1024;

export interface RelatedUpload {
  readonly metadata: Buffer;
  readonly contentType: string | undefined;
  /** The media part, as it arrives; throws 400 when the body ends before the closing boundary. */
  readonly media: AsyncIterable<Buffer>;
}

/** Takes a `multipart/related` upload apart while it streams. Lines may end in CRLF or in a bare LF. */
export async function readRelatedUpload(
  body: Readable,
  contentTypeHeader: string,
): Promise<RelatedUpload> {
  const source = new ByteSource(body);
  const boundary = boundaryOf(contentTypeHeader);
  const first = await source.readUntil(Buffer.from('\n'), maxHeadBytes);
  if (first.toString('latin1').trimEnd() !== `--${boundary}`) throw malformed();
  const newline = first.at(-1) === 13 ? '\r\n' : '\n';
  const delimiter = Buffer.from(`${newline}--${boundary}`, 'latin1');
  await readPartHead(source);
  const metadata = await source.readUntil(delimiter, maxMetadataBytes);
  if ((await source.readUntil(Buffer.from('\n'), 16)).toString('latin1').trim() !== '')
    throw malformed();
  const head = await readPartHead(source);
  return { metadata, contentType: head.get('content-type'), media: readMedia(source, delimiter) };
}

async function* readMedia(source: ByteSource, delimiter: Buffer): AsyncIterable<Buffer> {
  yield* source.streamUntil(delimiter);
  const closing = await source.readExactly(2);
  if (closing.toString('latin1') !== '--') throw malformed();
  await source.drain();
}

async function readPartHead(source: ByteSource): Promise<Map<string, string>> {
  const head = new Map<string, string>();
  for (;;) {
    const line = (await source.readUntil(Buffer.from('\n'), maxHeadBytes))
      .toString('utf8')
      .trimEnd();
    if (line === '') return head;
    const colon = line.indexOf(':');
    if (colon <= 0) throw malformed();
    head.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
}

function boundaryOf(contentType: string): string {
  const match = /;\s*boundary=(?:"([^"]+)"|'([^']+)'|([^;\s]+))/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2] ?? match?.[3];
  if (!boundary || boundary.length > 200) throw malformed();
  return boundary;
}

const malformed = () => invalid('Malformed multipart body.', 'badContent');

/** A byte stream that can be read by lengths and by delimiters. */
class ByteSource {
  readonly #chunks: AsyncIterator<Buffer>;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.#chunks = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  async readExactly(length: number): Promise<Buffer> {
    while (this.#buffer.length < length) await this.#more();
    return this.#take(length);
  }

  /** The bytes before the delimiter, which is swallowed. */
  async readUntil(delimiter: Buffer, maxBytes: number): Promise<Buffer> {
    for (;;) {
      const at = this.#buffer.indexOf(delimiter);
      if (at > maxBytes || (at < 0 && this.#buffer.length > maxBytes + delimiter.length))
        throw malformed();
      if (at >= 0) {
        const bytes = this.#take(at);
        this.#take(delimiter.length);
        return bytes;
      }
      await this.#more();
    }
  }

  /** The same without a limit: hands out bytes as soon as they cannot be part of the delimiter. */
  async *streamUntil(delimiter: Buffer): AsyncIterable<Buffer> {
    for (;;) {
      const at = this.#buffer.indexOf(delimiter);
      if (at >= 0) {
        if (at > 0) yield this.#take(at);
        this.#take(delimiter.length);
        return;
      }
      const safe = this.#buffer.length - delimiter.length + 1;
      if (safe > 0) yield this.#take(safe);
      await this.#more();
    }
  }

  async drain(): Promise<void> {
    for (;;) if ((await this.#chunks.next()).done) return;
  }

  async #more(): Promise<void> {
    const next = await this.#chunks.next();
    if (next.done) throw malformed();
    this.#buffer =
      this.#buffer.length === 0 ? next.value : Buffer.concat([this.#buffer, next.value]);
  }

  #take(length: number): Buffer {
    const bytes = this.#buffer.subarray(0, length);
    this.#buffer = this.#buffer.subarray(length);
    return bytes;
  }
}
