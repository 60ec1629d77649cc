import { type DuckDBConnection, type DuckDBDataChunk } from '@duckdb/node-api';
import { type Codec, type WriteOptions, type WrittenFile, type WrittenFiles } from '../format.js';
import { avroSchemaOf } from './avro-schema.js';
import { ByteWriter } from './byte-writer.js';
import { type Encode, encoderOf } from './encode-value.js';
import { type AvroCodec, ObjectContainer } from './object-container.js';

/** Plain bytes after which a block is closed. */
const blockBytes = 256 * 1024;

const codecNames: Readonly<Partial<Record<Codec, AvroCodec>>> = {
  NONE: 'null',
  DEFLATE: 'deflate',
  SNAPPY: 'snappy',
};

/** Streams the rows into Avro object container files; no more than a chunk and a block are in memory. */
export async function writeAvro(
  connection: DuckDBConnection,
  sql: string,
  parameters: readonly unknown[],
  options: WriteOptions,
): Promise<WrittenFiles> {
  const { schema, useAvroLogicalTypes, codec } = options;
  const encoders = schema.map((field) => encoderOf(field, useAvroLogicalTypes));
  const columns = schema.map(({ name }) => `"${name.replaceAll('"', '""')}"`).join(', ');
  const avroSchema = avroSchemaOf(schema, useAvroLogicalTypes);
  const open = (): Promise<ObjectContainer> =>
    ObjectContainer.create(options.nextPath(), avroSchema, codecNames[codec] ?? 'null');
  const result = await connection.stream(`SELECT ${columns} FROM (${sql})`, parameters as never);
  const files = new AvroFiles(open, options);
  try {
    for (;;) {
      const chunk = await result.fetchChunk();
      if (!chunk || chunk.rowCount === 0) break;
      options.signal.throwIfAborted();
      await files.write(chunk, encoders);
      options.onProgress?.(files.rowCount, files.writtenBytes);
    }
    return { files: await files.finish(), rowCount: files.rowCount };
  } finally {
    await files.abandon();
  }
}

/** Splits the rows into blocks and the blocks into files. */
class AvroFiles {
  rowCount = 0;
  /** Plain bytes of all files. */
  writtenBytes = 0;
  readonly #files: WrittenFile[] = [];
  readonly #writer = new ByteWriter();
  #blockRows = 0;
  /** A file ends with a block: tiny shards need tiny blocks. */
  readonly #blockBytes: number;
  #fileBytes = 0;
  #current: ObjectContainer | undefined;

  constructor(
    private readonly open: () => Promise<ObjectContainer>,
    private readonly options: WriteOptions,
  ) {
    this.#blockBytes = Math.min(blockBytes, options.shardBytes ?? Infinity);
  }

  async write(chunk: DuckDBDataChunk, encoders: readonly Encode[]): Promise<void> {
    const { rowCount } = chunk;
    const vectors = encoders.map((_unused, index) => chunk.getColumnVector(index));
    for (let row = 0; row < rowCount; row++) {
      for (let column = 0; column < encoders.length; column++)
        (encoders[column] as Encode)(this.#writer, vectors[column]?.getItem(row) ?? null);
      this.#blockRows += 1;
      if (this.#writer.length >= this.#blockBytes) await this.#flushBlock();
    }
    this.rowCount += rowCount;
  }

  async finish(): Promise<WrittenFile[]> {
    if (this.#blockRows > 0) await this.#flushBlock();
    if (this.#files.length === 0) this.#current ??= await this.open();
    await this.#closeFile();
    return this.#files;
  }

  /** Lets go of a file that was not finished. */
  async abandon(): Promise<void> {
    await this.#current?.close();
  }

  async #flushBlock(): Promise<void> {
    const { shardBytes = Infinity } = this.options;
    this.#current ??= await this.open();
    const plain = this.#writer.take();
    await this.#current.writeBlock(this.#blockRows, plain);
    this.#blockRows = 0;
    this.#fileBytes += plain.length;
    this.writtenBytes += plain.length;
    if (this.#fileBytes >= shardBytes) await this.#closeFile();
  }

  async #closeFile(): Promise<void> {
    const current = this.#current;
    if (!current) return;
    this.#current = undefined;
    await current.close();
    this.#files.push({ path: current.path, sizeBytes: current.sizeBytes });
    this.#fileBytes = 0;
  }
}
