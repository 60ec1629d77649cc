import { type Field } from '../schema.js';
import { quoteIdentifier, quoteString } from '../transform/quote.js';

/** A value in SQL, of a table or of files, that gives its text in the one form that both sides share. */
export interface CanonicalValue {
  /** Text of a value that holds no others; NULL for NULL. */
  scalar(field: Field): string;
  isNull(): string;
  member(name: string): CanonicalValue;
  /** A list in SQL, and what its elements are under an alias. */
  elements(alias: string): { readonly list: string; readonly element: CanonicalValue };
}

/**
 * SQL for the text of a whole column. Names are not in it: fields go by their place. A NULL list is an empty one, for that
 * is what every format makes of it.
 */
export function canonicalText(value: CanonicalValue, field: Field, depth = 0): string {
  if (field.mode === 'REPEATED') {
    const [alias, offset] = [`element_${depth}`, `offset_${depth}`];
    const { list, element } = value.elements(alias);
    const text = canonicalText(element, { ...field, mode: 'NULLABLE' }, depth + 1);
    return `TO_JSON_STRING(ARRAY(SELECT ${text} FROM UNNEST(${list}) AS ${alias} WITH OFFSET AS ${offset} ORDER BY ${offset}))`;
  }
  if (field.type !== 'STRUCT') return value.scalar(field);
  const members = (field.fields ?? []).map((each) =>
    canonicalText(value.member(each.name), each, depth),
  );
  return `IF(${value.isNull()}, NULL, TO_JSON_STRING([${members.join(', ')}]))`;
}

/** Text of a value that has the field's own type. No time zone and no digits of choice are in it. */
export function textOfTyped(value: string, { type }: Field): string {
  switch (type) {
    case 'STRING':
      return value;
    case 'BYTES':
      return `TO_HEX(${value})`;
    case 'TIMESTAMP':
      return `CAST(UNIX_MICROS(${value}) AS STRING)`;
    case 'GEOGRAPHY':
      return `ST_ASTEXT(${value})`;
    case 'JSON':
      // Files hold a JSON null as NULL, as a text or as nothing: it counts as NULL.
      return `NULLIF(TO_JSON_STRING(${value}), 'null')`;
    default:
      return `CAST(${value} AS STRING)`;
  }
}

/** The same text of a value that is read as text; what is no such value has a text that no value has. */
export function textOfText(value: string, field: Field): string {
  if (field.type === 'STRING' || field.type === 'GEOGRAPHY') return value;
  return `COALESCE(${textOfTyped(parsed(value, field), field)}, ${faulty(value, field)})`;
}

function parsed(text: string, { type }: Field): string {
  switch (type) {
    case 'BYTES':
      return `SAFE.FROM_BASE64(${text})`;
    case 'JSON':
      return `SAFE.PARSE_JSON(${text}, wide_number_mode=>'round')`;
    default:
      return `SAFE_CAST(${text} AS ${type})`;
  }
}

const faulty = (text: string, { type }: Field): string =>
  `CONCAT('?', ${type === 'JSON' ? `NULLIF(${text}, 'null')` : text})`;

/** A value whose type is known, and how the scalars in it become text. */
export const typedValue = (
  sql: string,
  toText: (value: string, field: Field) => string,
): CanonicalValue => ({
  scalar: (field) => toText(sql, field),
  isNull: () => `${sql} IS NULL`,
  member: (name) => typedValue(`${sql}.${quoteIdentifier(name)}`, toText),
  elements: (alias) => ({ list: sql, element: typedValue(alias, toText) }),
});

/** What a JSON document holds at a path. Names stand in the path only, so that they may hold any character. */
export const jsonValue = (document: string, path = '$'): CanonicalValue => {
  const at = `${document}, ${quoteString(path)}`;
  return {
    scalar: (field) =>
      field.type === 'JSON'
        ? textOfTyped(`JSON_QUERY(${at})`, field)
        : textOfText(`JSON_VALUE(${at})`, field),
    isNull: () => `IFNULL(JSON_TYPE(JSON_QUERY(${at})), 'null') = 'null'`,
    member: (name) => jsonValue(document, `${path}."${name}"`),
    elements: (alias) => ({ list: `JSON_QUERY_ARRAY(${at})`, element: jsonValue(alias) }),
  };
};

/** Text of a value of the source, less what the format cannot tell apart. */
export const sourceText =
  (format: string) =>
  (value: string, field: Field): string => {
    const text = textOfTyped(value, field);
    // CSV writes NULL and the empty text alike.
    if (format === 'csv' && (field.type === 'STRING' || field.type === 'BYTES'))
      return `NULLIF(${text}, '')`;
    // Parquet holds well-known bytes: points go from angles to vectors and back, which may change their last digit.
    if (format === 'parquet' && field.type === 'GEOGRAPHY')
      return `ST_ASTEXT(ST_GEOGFROMWKB(ST_ASBINARY(${value}), oriented=>TRUE))`;
    return text;
  };

/**
 * Text of a value that BigQuery reads from Parquet or Avro, which bring types of their own: DATETIME comes back as
 * TIMESTAMP or STRING, JSON as STRING or JSON, GEOGRAPHY of Avro as STRING or GEOGRAPHY. Each expression fits all of them.
 * https://cloud.google.com/bigquery/docs/exporting-data
 */
export const binaryText =
  (format: string) =>
  (value: string, field: Field): string => {
    const asJson = `TO_JSON_STRING(${value})`;
    const asPrinted = `FORMAT('%t', ${value})`;
    const unlessNull = (typed: string, text: string): string =>
      `IF(${value} IS NULL, NULL, COALESCE(${textOfTyped(typed, field)}, ${faulty(text, field)}))`;
    switch (field.type) {
      case 'DATETIME':
        return unlessNull(
          `SAFE_CAST(REGEXP_REPLACE(${asJson}, r'^"|Z?"$', '') AS DATETIME)`,
          asJson,
        );
      case 'TIME':
        return unlessNull(
          `SAFE_CAST(REGEXP_EXTRACT(${asJson}, r'[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.][0-9]+)?') AS TIME)`,
          asJson,
        );
      case 'JSON':
        return unlessNull(parsed(asPrinted, field), asPrinted);
      case 'GEOGRAPHY':
        return format === 'parquet'
          ? textOfTyped(value, field)
          : `IF(${value} IS NULL, NULL, ${asPrinted})`;
      default:
        return textOfTyped(value, field);
    }
  };
