import { randomUUID } from 'node:crypto';
import { copyFile, rm } from 'node:fs/promises';
import {
  DuckDBDecimalType,
  DuckDBListType,
  DuckDBStructType,
  type DuckDBType,
  DuckDBTypeId,
} from '@duckdb/node-api';
import { geographyText } from '../formats/geography-text.js';
import {
  hasWideDecimals,
  unmarkWideDecimals,
  type WideDecimal,
} from '../formats/parquet/wide-decimals.js';
import { type ResolvedTable } from '../googlesql/translate.js';
import { type BigQueryContext } from './bigquery-context.js';
import { invalid, messageOf } from './bigquery-errors.js';
import { type DecimalTarget, decimalTarget } from './decimal-targets.js';
import { duckdbTypeOf, isRecord, quoteName, quoteText } from './duckdb-type.js';
import { fieldOfColumn } from './infer-schema.js';
import { type BigQueryField } from './schema.js';

/** How long copies are kept: longer than the query that reads them. */
const keptMs = 15 * 60_000;

/** A column of the files: the field it is to BigQuery, and SQL for a value in the form that tables keep. */
interface ParquetColumn {
  readonly field: BigQueryField;
  stored(value: string, wanted: BigQueryField, depth: number): string;
}

/**
 * Columns are matched by name; those a file lacks are NULL.
 * Types: https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-parquet#type_conversions
 */
export async function fromParquet(
  context: BigQueryContext,
  paths: readonly string[],
  wanted: readonly BigQueryField[] | undefined,
  targets: readonly DecimalTarget[],
): Promise<ResolvedTable> {
  const { readable, wide } = await readableFiles(context, paths);
  const reader = `read_parquet([${readable.map(quoteText).join(', ')}], union_by_name = true)`;
  const found = await describeColumns(context, reader, wide, targets);
  const schema = wanted ?? found.map(({ field }) => field);
  const columns = schema.map((field) => {
    const name = quoteName(field.name);
    const source = found.find((each) => each.field.name.toLowerCase() === field.name.toLowerCase());
    const value = source
      ? source.stored(quoteName(source.field.name), field, 0)
      : `CAST(NULL AS ${duckdbTypeOf(field)})`;
    return `${value} AS ${name}`;
  });
  return { relation: `(SELECT ${columns.join(', ')} FROM ${reader})`, schema };
}

/** DuckDB takes wide decimals for doubles; of a copy without their marks it reads the bytes. */
async function readableFiles(
  { database }: BigQueryContext,
  paths: readonly string[],
): Promise<{ readable: readonly string[]; wide: ReadonlyMap<number, WideDecimal> }> {
  const [first] = paths;
  try {
    if (first === undefined || !(await hasWideDecimals(first)))
      return { readable: paths, wide: new Map() };
    const copies = paths.map(() => database.temporaryPath(`parquet-${randomUUID()}.parquet`));
    let wide: ReadonlyMap<number, WideDecimal> = new Map();
    for (const [index, path] of paths.entries()) {
      await copyFile(path, copies[index] as string);
      wide = await unmarkWideDecimals(copies[index] as string);
    }
    setTimeout(
      () => void Promise.all(copies.map((copy) => rm(copy, { force: true }))),
      keptMs,
    ).unref();
    return { readable: copies, wide };
  } catch (error) {
    throw invalid(`Error while reading data, error message: ${messageOf(error)}`);
  }
}

async function describeColumns(
  { database }: BigQueryContext,
  reader: string,
  wide: ReadonlyMap<number, WideDecimal>,
  targets: readonly DecimalTarget[],
): Promise<ParquetColumn[]> {
  return database.withConnection(async (connection) => {
    const statement = await connection.prepare(`SELECT * FROM ${reader}`);
    try {
      const columns = new ColumnReader(wide, targets);
      return Array.from({ length: statement.columnCount }, (_unused, index) =>
        columns.read(statement.columnName(index), statement.columnType(index)),
      );
    } finally {
      statement.destroySync();
    }
  });
}

/** Reads the columns in the files' order: wide decimals are known by their place among the leaves. */
class ColumnReader {
  #leaf = 0;

  constructor(
    private readonly wide: ReadonlyMap<number, WideDecimal>,
    private readonly targets: readonly DecimalTarget[],
  ) {}

  read(name: string, type: DuckDBType): ParquetColumn {
    if (type instanceof DuckDBListType) return this.#list(name, type);
    if (type instanceof DuckDBStructType) return this.#record(name, type);
    const wide = this.wide.get(this.#leaf);
    this.#leaf += 1;
    const scalar = (fieldType: string, stored: ParquetColumn['stored']): ParquetColumn => ({
      field: { name, type: fieldType, mode: 'NULLABLE' },
      stored,
    });
    if (wide)
      return scalar(
        decimalTarget(this.targets, wide.precision, wide.scale),
        (value, { type: to }) =>
          asDecimal(`gs_decimal_of_bytes(${value}, ${wide.scale}, '${to}')`, to),
      );
    if (type instanceof DuckDBDecimalType)
      return scalar(decimalTarget(this.targets, type.width, type.scale), (value, { type: to }) =>
        to === 'NUMERIC' ? `CAST(${value} AS DECIMAL(38,9))` : plainDecimal(value, type.scale),
      );
    if (type.typeId === DuckDBTypeId.GEOMETRY) return scalar('GEOGRAPHY', geographyText);
    if (type.alias === 'JSON') return scalar('STRING', plainCast);
    const { type: found } = fieldOfColumn(name, type);
    // An instant in UTC or a civil time: both are read as instants.
    return scalar(found === 'DATETIME' ? 'TIMESTAMP' : found, (value, field) =>
      found === 'BYTES' && field.type === 'GEOGRAPHY'
        ? geographyText(`ST_GeomFromWKB(${value})`)
        : plainCast(value, field),
    );
  }

  #list(name: string, type: DuckDBListType): ParquetColumn {
    const element = this.read(name, type.valueType);
    return {
      field: { ...element.field, mode: 'REPEATED' },
      stored(value, wanted, depth) {
        const item = `x${depth}`;
        const stored = element.stored(item, { ...wanted, mode: 'NULLABLE' }, depth + 1);
        return `list_transform(${value}, lambda ${item}: ${stored})`;
      },
    };
  }

  #record(name: string, type: DuckDBStructType): ParquetColumn {
    const members = type.entryNames.map((child, index) =>
      this.read(child, type.entryTypes[index] as DuckDBType),
    );
    return {
      field: {
        name,
        type: 'RECORD',
        mode: 'NULLABLE',
        fields: members.map(({ field }) => field),
      },
      stored(value, wanted, depth) {
        if (!isRecord(wanted)) return plainCast(value, wanted);
        const packed = (wanted.fields ?? []).map((child) => {
          const member = members.find(
            ({ field }) => field.name.toLowerCase() === child.name.toLowerCase(),
          );
          const stored = member
            ? member.stored(`${value}.${quoteName(member.field.name)}`, child, depth)
            : `CAST(NULL AS ${duckdbTypeOf(child)})`;
          return `${quoteName(child.name)} := ${stored}`;
        });
        return `CASE WHEN ${value} IS NOT NULL THEN struct_pack(${packed.join(', ')}) END`;
      },
    };
  }
}

const plainCast = (value: string, field: BigQueryField): string =>
  `CAST(${value} AS ${duckdbTypeOf(field)})`;

/** Without zeros at the end. */
const plainDecimal = (value: string, scale: number): string =>
  scale === 0 ? `CAST(${value} AS VARCHAR)` : `rtrim(rtrim(CAST(${value} AS VARCHAR), '0'), '.')`;

const asDecimal = (text: string, type: string): string =>
  type === 'NUMERIC' ? `CAST(${text} AS DECIMAL(38,9))` : text;
