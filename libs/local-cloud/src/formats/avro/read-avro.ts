// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- other projects compile this file without listing the declaration
/// <reference path="./snappyjs.d.ts" />
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { uncompress } from 'snappyjs';
import { type BigQueryField } from '../../bigquery/schema.js';
import { type AvroReading, collectNames, fieldsOfRecord, resolveSchema } from './avro-fields.js';
import { type AvroSchema } from './avro-schema.js';
import { ByteReader } from './byte-reader.js';
import { recordDecoder } from './decode-value.js';
import { magic } from './object-container.js';
import { lineOf } from './raw-json.js';

const inflate = promisify(inflateRaw);

/** Bytes read at once in search of a block's beginning. */
const windowBytes = 64 * 1024;

interface AvroHeader {
  readonly schema: AvroSchema;
  readonly codec: string;
  readonly sync: Buffer;
  readonly endsAt: number;
}

/** The BigQuery fields of an Avro file. Throws an Error that says what is wrong with the file. */
export async function readAvroFields(path: string, reading: AvroReading): Promise<BigQueryField[]> {
  const file = await open(path);
  try {
    const { schema } = await readHeader(file);
    return fieldsOfRecord(schema, collectNames(schema), reading);
  } finally {
    await file.close();
  }
}

/** Writes the rows of an Avro file as JSON lines in BigQuery's text forms. */
export async function convertAvro(
  path: string,
  target: string,
  fields: readonly BigQueryField[],
): Promise<void> {
  const file = await open(path);
  const out = await open(target, 'w');
  try {
    const header = await readHeader(file);
    const names = collectNames(header.schema);
    const root = resolveSchema(header.schema, names) as Parameters<typeof recordDecoder>[0];
    const decode = recordDecoder(root, names, fields);
    for await (const { rowCount, plain } of blocksOf(file, header)) {
      const reader = new ByteReader(plain);
      const lines: string[] = [];
      for (let row = 0; row < rowCount; row++) lines.push(lineOf(decode(reader)));
      if (lines.length > 0) await out.appendFile(`${lines.join('\n')}\n`);
    }
  } finally {
    await file.close();
    await out.close();
  }
}

async function readHeader(file: FileHandle): Promise<AvroHeader> {
  const { size } = await file.stat();
  // The schema of a wide table may be long.
  for (let length = windowBytes; ; length *= 8) {
    const reader = new ByteReader(await readAt(file, 0, length));
    try {
      if (!reader.raw(4).equals(magic)) throw new Error('The file is not an Avro file.');
      const metadata = new Map<string, Buffer>();
      for (let count = reader.count(); count !== 0; count = reader.count()) {
        if (count < 0) reader.count();
        for (let index = Math.abs(count); index > 0; index--)
          metadata.set(reader.text(), reader.data());
      }
      const sync = reader.raw(16);
      return {
        schema: JSON.parse(String(metadata.get('avro.schema'))) as AvroSchema,
        codec: String(metadata.get('avro.codec') ?? 'null'),
        sync,
        endsAt: reader.position,
      };
    } catch (error) {
      if (!(error instanceof RangeError) || length >= size) throw error;
    }
  }
}

async function* blocksOf(
  file: FileHandle,
  { codec, sync, endsAt }: AvroHeader,
): AsyncIterable<{ readonly rowCount: number; readonly plain: Buffer }> {
  const { size } = await file.stat();
  for (let position = endsAt; position < size;) {
    const head = new ByteReader(await readAt(file, position, 20));
    const rowCount = head.count();
    const length = head.count();
    const dataAt = position + head.position;
    const bytes = await readAt(file, dataAt, length + sync.length);
    if (bytes.length < length + sync.length || !bytes.subarray(length).equals(sync))
      throw new RangeError('The Avro data are cut off or damaged.');
    yield { rowCount, plain: await decompress(bytes.subarray(0, length), codec) };
    position = dataAt + length + sync.length;
  }
}

async function decompress(data: Buffer, codec: string): Promise<Buffer> {
  switch (codec) {
    case 'null':
      return data;
    case 'deflate':
      return inflate(data);
    case 'snappy': {
      const plain = Buffer.from(uncompress(data.subarray(0, -4)));
      if (crc32(plain) !== data.readUInt32BE(data.length - 4))
        throw new Error('A block of the Avro data has another checksum than it says.');
      return plain;
    }
    default:
      throw new Error(`The Avro codec ${codec} cannot be read.`);
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  if (length < 0) throw new RangeError('The Avro data are damaged.');
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
