import { type FileHandle, open } from 'node:fs/promises';
import { type BigQueryField } from '../../bigquery/schema.js';
import {
  int32,
  readThrift,
  struct,
  type ThriftStruct,
  type ThriftValue,
  writeThrift,
} from './thrift-compact.js';

/** DuckDB has decimals of at most this many digits; wider ones are bytes to it. */
export const widestOfDuckdb = 38;

/** Numbers of the fields in Parquet's footer: FileMetaData, SchemaElement, RowGroup, ColumnChunk, ColumnMetaData. */
const ids = {
  schema: 2,
  rowGroups: 4,
  children: 5,
  convertedType: 6,
  scale: 7,
  precision: 8,
  logicalType: 10,
  columns: 1,
  metadata: 3,
  statistics: 12,
} as const;
const decimalType = 5;
const byteArray = 6n;
const fixedLengthByteArray = 7n;

export interface WideDecimal {
  readonly precision: number;
  readonly scale: number;
}

export const scaleOfBigNumeric = ({ precision, scale }: BigQueryField): number =>
  precision ? Number(scale ?? 0) : 38;

/** Marks the columns that BIGNUMERIC fields were written to, as bytes, as the decimals that they are. */
export async function markWideDecimals(
  path: string,
  fields: readonly BigQueryField[],
): Promise<void> {
  const wide = leavesOf(fields).map((field) =>
    field.type === 'BIGNUMERIC'
      ? { precision: Number(field.precision ?? 76), scale: scaleOfBigNumeric(field) }
      : undefined,
  );
  if (wide.every((each) => each === undefined)) return;
  await editFooter(path, (footer) => {
    leafElements(footer).forEach(({ fields: element }, index) => {
      const decimal = wide[index];
      if (!decimal) return;
      const { precision, scale } = decimal;
      element.set(ids.convertedType, int32(decimalType));
      element.set(ids.scale, int32(scale));
      element.set(ids.precision, int32(precision));
      element.set(
        ids.logicalType,
        struct([decimalType, struct([1, int32(scale)], [2, int32(precision)])]),
      );
      dropStatistics(footer, index);
    });
  });
}

/** Takes the marks away, in a copy that is to be read. Returns the decimals by the place of their column. */
export async function unmarkWideDecimals(path: string): Promise<ReadonlyMap<number, WideDecimal>> {
  const found = new Map<number, WideDecimal>();
  await editFooter(path, (footer) => {
    for (const [index, decimal] of wideDecimalsOf(footer)) {
      found.set(index, decimal);
      const element = leafElements(footer)[index]?.fields;
      for (const id of [ids.convertedType, ids.scale, ids.precision, ids.logicalType])
        element?.delete(id);
      dropStatistics(footer, index);
    }
  });
  return found;
}

export async function hasWideDecimals(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    return wideDecimalsOf((await readFooter(file)).footer).size > 0;
  } finally {
    await file.close();
  }
}

function wideDecimalsOf(footer: ThriftStruct): Map<number, WideDecimal> {
  const found = new Map<number, WideDecimal>();
  leafElements(footer).forEach(({ fields }, index) => {
    const physical = numberOf(fields.get(1));
    const precision = Number(numberOf(fields.get(ids.precision)) ?? 0);
    if ((physical === byteArray || physical === fixedLengthByteArray) && precision > widestOfDuckdb)
      found.set(index, { precision, scale: Number(numberOf(fields.get(ids.scale)) ?? 0) });
  });
  return found;
}

const leavesOf = (fields: readonly BigQueryField[]): BigQueryField[] =>
  fields.flatMap((field) => (field.fields ? leavesOf(field.fields) : [field]));

const leafElements = (footer: ThriftStruct): ThriftStruct[] =>
  structsIn(footer, ids.schema).filter(({ fields }) => !numberOf(fields.get(ids.children)));

/** Their smallest and largest values are in the order of bytes, which is not that of numbers. */
function dropStatistics(footer: ThriftStruct, leaf: number): void {
  for (const group of structsIn(footer, ids.rowGroups)) {
    const metadata = structsIn(group, ids.columns)[leaf]?.fields.get(ids.metadata);
    if (metadata?.type === 'struct') metadata.fields.delete(ids.statistics);
  }
}

const numberOf = (value: ThriftValue | undefined): bigint | undefined =>
  value?.type === 'integer' ? value.value : undefined;

function structsIn({ fields }: ThriftStruct, id: number): ThriftStruct[] {
  const list = fields.get(id);
  return list?.type === 'list'
    ? list.items.filter((item): item is ThriftStruct => item.type === 'struct')
    : [];
}

async function editFooter(path: string, edit: (footer: ThriftStruct) => void): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { footer, startsAt } = await readFooter(file);
    edit(footer);
    const bytes = writeThrift(footer);
    const tail = Buffer.alloc(8);
    tail.writeUInt32LE(bytes.length);
    tail.write('PAR1', 4, 'latin1');
    await file.truncate(startsAt);
    await file.write(Buffer.concat([bytes, tail]), 0, bytes.length + tail.length, startsAt);
  } finally {
    await file.close();
  }
}

/** Throws a RangeError for what is no Parquet file. */
async function readFooter(file: FileHandle): Promise<{ footer: ThriftStruct; startsAt: number }> {
  const { size } = await file.stat();
  const tail = Buffer.alloc(8);
  if (size >= 12) await file.read(tail, 0, 8, size - 8);
  const length = tail.readUInt32LE();
  if (tail.toString('latin1', 4) !== 'PAR1' || length > size - 12)
    throw new RangeError('The file is not a Parquet file.');
  const startsAt = size - 8 - length;
  const bytes = Buffer.alloc(length);
  await file.read(bytes, 0, length, startsAt);
  return { footer: readThrift(bytes), startsAt };
}
