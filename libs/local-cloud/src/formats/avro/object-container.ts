// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- other projects compile this file without listing the declaration
/// <reference path="./snappyjs.d.ts" />
import { randomBytes } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, deflateRaw } from 'node:zlib';
import { compress } from 'snappyjs';
import { type AvroSchema } from './avro-schema.js';
import { ByteWriter } from './byte-writer.js';

export type AvroCodec = 'null' | 'deflate' | 'snappy';

const deflate = promisify(deflateRaw);

/** One Avro object container file: a header, then blocks of rows, each closed by the file's own marker. */
export class ObjectContainer {
  readonly #sync = randomBytes(16);
  /** Bytes on disk. */
  sizeBytes = 0;

  private constructor(
    readonly path: string,
    private readonly codec: AvroCodec,
    private readonly file: FileHandle,
  ) {}

  static async create(
    path: string,
    schema: AvroSchema,
    codec: AvroCodec,
  ): Promise<ObjectContainer> {
    const container = new ObjectContainer(path, codec, await open(path, 'w'));
    const header = new ByteWriter();
    header.raw(magic);
    header.long(2);
    header.text('avro.schema');
    header.text(JSON.stringify(schema));
    header.text('avro.codec');
    header.text(codec);
    header.byte(0);
    header.raw(container.#sync);
    await container.#append(header.take());
    return container;
  }

  async writeBlock(rows: number, plain: Buffer): Promise<void> {
    const data = await encodeBlock(plain, this.codec);
    const head = new ByteWriter();
    head.long(rows);
    head.long(data.length);
    await this.#append(Buffer.concat([head.take(), data, this.#sync]));
  }

  close(): Promise<void> {
    return this.file.close();
  }

  async #append(bytes: Buffer): Promise<void> {
    await this.file.appendFile(bytes);
    this.sizeBytes += bytes.length;
  }
}

export const magic = Buffer.from('Obj\u0001', 'latin1');

async function encodeBlock(plain: Buffer, codec: AvroCodec): Promise<Buffer> {
  if (codec === 'null') return plain;
  if (codec === 'deflate') return deflate(plain, { level: 1 });
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(plain));
  return Buffer.concat([compress(plain), checksum]);
}
