import { open } from 'node:fs/promises';
import { type FileFormat } from '../formats/format.js';
import { canonicalGeography } from '../formats/geography-text.js';
import { type ResolvedTable } from '../googlesql/translate.js';
import { convertAvroFiles } from './avro-source.js';
import { type BigQueryContext } from './bigquery-context.js';
import { type DecimalTarget, defaultDecimalTargets } from './decimal-targets.js';
import { duckdbTypeOf, isRecord, quoteName, quoteText } from './duckdb-type.js';
import { inferSchema } from './load-file.js';
import { findJsonFields } from './json-fields.js';
import { fromParquet } from './parquet-source.js';
import { type BigQueryField } from './schema.js';

export interface SourceOptions {
  /** Undefined = not said: none with a schema, found out without one. */
  readonly skipLeadingRows: number | undefined;
  readonly delimiter: string;
  readonly quote: string;
  readonly nullMarker: string;
  readonly allowJaggedRows: boolean;
  readonly allowQuotedNewlines: boolean;
  readonly ignoreUnknownValues: boolean;
  /** Looks through lines of JSON for fields that the schema has not, and for their spelling: one more reading. */
  readonly looksAtFields: boolean;
  readonly useAvroLogicalTypes: boolean;
  /** Without it a CSV file with ASCII 0 cannot be read. */
  readonly preserveAsciiControlCharacters: boolean;
  /** What decimals of Avro and Parquet may become, narrowest first. */
  readonly decimalTargets: readonly DecimalTarget[];
}

export const plainSource: SourceOptions = {
  skipLeadingRows: undefined,
  delimiter: ',',
  quote: '"',
  nullMarker: '',
  allowJaggedRows: false,
  allowQuotedNewlines: false,
  ignoreUnknownValues: false,
  looksAtFields: false,
  useAvroLogicalTypes: false,
  preserveAsciiControlCharacters: false,
  decimalTargets: defaultDecimalTargets,
};

/** The rows of files as a relation with storage types. Without a schema it is found out from the files. */
export async function sourceRelation(
  context: BigQueryContext,
  format: FileFormat,
  paths: readonly string[],
  schema: readonly BigQueryField[] | undefined,
  options: SourceOptions,
): Promise<ResolvedTable> {
  const files = `[${paths.map(quoteText).join(', ')}]`;
  const isGzip = format !== 'PARQUET' && format !== 'AVRO' && (await isGzipped(paths[0]));
  const plain = format === 'CSV' ? 'none' : 'uncompressed';
  const compression = `compression = '${isGzip ? 'gzip' : plain}'`;
  switch (format) {
    case 'PARQUET':
      return fromParquet(context, paths, schema, options.decimalTargets);
    case 'CSV':
      return schema
        ? fromCsv(files, schema, options, compression)
        : detected(context, csvReader(files, options, compression));
    case 'NEWLINE_DELIMITED_JSON':
      return schema
        ? fromJson(context, files, schema, options, compression)
        : detected(context, `read_json(${files}, format = 'newline_delimited', ${compression})`);
    case 'AVRO': {
      const avro = await convertAvroFiles(context, paths, schema, options);
      const converted = `[${avro.paths.map(quoteText).join(', ')}]`;
      return fromJson(context, converted, avro.schema, plainSource, "compression = 'uncompressed'");
    }
  }
}

/** Schema detection knows instants, and no DATETIME; of a column without any value it makes a text. */
async function detected(context: BigQueryContext, reader: string): Promise<ResolvedTable> {
  const found = await inferSchema(context, reader);
  const types: Readonly<Record<string, string>> = { DATETIME: 'TIMESTAMP', JSON: 'STRING' };
  const schema = found.map((field) => ({ ...field, type: types[field.type] ?? field.type }));
  const names = schema.map(({ name }) => quoteName(name));
  const casts = schema.map((field, index) => {
    const isJson = found[index]?.type === 'JSON' && field.mode !== 'REPEATED';
    const value = isJson ? `${names[index]} ->> '$'` : names[index];
    return `CAST(${value} AS ${duckdbTypeOf(field)}) AS ${names[index]}`;
  });
  return {
    relation: `(SELECT ${casts.join(', ')} FROM ${reader} AS source(${names.join(', ')}))`,
    schema,
  };
}

function csvReader(files: string, options: SourceOptions, compression: string): string {
  const { skipLeadingRows, delimiter, quote, nullMarker } = options;
  const header = skipLeadingRows === undefined ? '' : `, header = ${skipLeadingRows > 0}`;
  const skip = skipLeadingRows === undefined ? '' : `, skip = ${Math.max(0, skipLeadingRows - 1)}`;
  return `read_csv(${files}, delim = ${quoteText(delimiter)}, quote = ${quoteText(quote)}, nullstr = ${quoteText(nullMarker)}${header}${skip}, ${compression})`;
}

function fromCsv(
  files: string,
  schema: readonly BigQueryField[],
  options: SourceOptions,
  compression: string,
): ResolvedTable {
  const { delimiter, quote, nullMarker, skipLeadingRows = 0 } = options;
  const { allowJaggedRows, allowQuotedNewlines, ignoreUnknownValues } = options;
  const readable = options.preserveAsciiControlCharacters ? '' : ` WHERE ${withoutZeros(schema)}`;
  const types = schema.map(({ name }) => `${quoteText(name)}: 'VARCHAR'`).join(', ');
  const reader = `read_csv(${files}, auto_detect = false, header = false, skip = ${skipLeadingRows}, delim = ${quoteText(delimiter)},
    quote = ${quoteText(quote)}, escape = ${quoteText(quote)}, nullstr = ${quoteText(nullMarker)}, allow_quoted_nulls = false,
    null_padding = ${allowJaggedRows}, strict_mode = ${!ignoreUnknownValues}, columns = {${types}}, ${compression})`;
  const columns = schema.map((field) => {
    const text = quoteName(field.name);
    const value = allowQuotedNewlines ? text : withoutNewlines(text);
    return `${fromText(value, field)} AS ${text}`;
  });
  return { relation: `(SELECT ${columns.join(', ')} FROM ${reader}${readable})`, schema };
}

/** A condition, so that it is asked of queries that only count the rows, too. */
const withoutZeros = (schema: readonly BigQueryField[]): string =>
  `CASE WHEN ${schema.map(({ name }) => `contains(coalesce(${quoteName(name)}, ''), chr(0))`).join(' OR ')} THEN error('Bad character (ASCII 0) encountered.') IS NULL ELSE true END`;

/** BigQuery takes a line's end for a row's end unless it is told that quotes may hold it. */
const withoutNewlines = (text: string): string =>
  `CASE WHEN regexp_matches(${text}, '[\\r\\n]') THEN error('Missing close double quote (") character. A quoted value holds a newline: set allowQuotedNewlines.') ELSE ${text} END`;

/** Every scalar is read as its text first: JSON lines hold INT64, NUMERIC and the like as strings. */
async function fromJson(
  context: BigQueryContext,
  files: string,
  schema: readonly BigQueryField[],
  { looksAtFields, ignoreUnknownValues }: SourceOptions,
  compression: string,
): Promise<ResolvedTable> {
  const objects = `read_json_objects(${files}, format = 'newline_delimited', ${compression})`;
  const keyOf = looksAtFields
    ? await findJsonFields(context, objects, schema, ignoreUnknownValues)
    : ({ name }: BigQueryField) => name;
  const types = schema
    .map((field) => `${quoteText(keyOf(field))}: ${quoteText(textTypeOf(field))}`)
    .join(', ');
  const reader = `read_json(${files}, format = 'newline_delimited', columns = {${types}}, ${compression})`;
  const columns = schema.map(
    (field) => `${fromText(quoteName(keyOf(field)), field)} AS ${quoteName(field.name)}`,
  );
  return { relation: `(SELECT ${columns.join(', ')} FROM ${reader})`, schema };
}

function textTypeOf(field: BigQueryField): string {
  const element = isRecord(field)
    ? `STRUCT(${(field.fields ?? []).map((child) => `${quoteName(child.name)} ${textTypeOf(child)}`).join(', ')})`
    : field.type === 'JSON'
      ? 'JSON'
      : 'VARCHAR';
  return field.mode === 'REPEATED' ? `${element}[]` : element;
}

/** Turns the text form of a value into the stored one. */
export function fromText(value: string, field: BigQueryField, depth = 0): string {
  if (field.mode === 'REPEATED') {
    const item = `x${depth}`;
    const element = fromText(item, { ...field, mode: 'NULLABLE' }, depth + 1);
    return `list_transform(coalesce(${value}, []), lambda ${item}: ${element})`;
  }
  if (isRecord(field)) {
    const members = (field.fields ?? []).map(
      (child) =>
        `${quoteName(child.name)} := ${fromText(`${value}.${quoteName(child.name)}`, child, depth)}`,
    );
    return `CASE WHEN ${value} IS NULL THEN NULL ELSE struct_pack(${members.join(', ')}) END`;
  }
  switch (field.type) {
    case 'STRING':
    case 'BIGNUMERIC':
      return value;
    case 'GEOGRAPHY':
      return canonicalGeography(value);
    case 'BYTES':
      return `from_base64(${value})`;
    case 'TIMESTAMP':
      return `CAST(regexp_replace(${value}, '( UTC|Z)$', '+00') AS TIMESTAMPTZ)`;
    case 'INTERVAL':
    case 'RANGE':
      return `CASE WHEN ${value} IS NULL THEN NULL ELSE CAST(error('The local cloud does not read ${field.type} values from files') AS ${duckdbTypeOf(field)}) END`;
    default:
      return `CAST(${value} AS ${duckdbTypeOf(field)})`;
  }
}

async function isGzipped(path: string | undefined): Promise<boolean> {
  if (path === undefined) return false;
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}
