import { type Field } from '@outhaul/api-client';
import { type Filter, findPath, type Predicate } from './draft';

type Scalar = string | number | boolean;

const quoteName = (path: string): string =>
  path
    .split('.')
    .map((part) => `\`${escapeFor(part, '`')}\``)
    .join('.');

/** A GoogleSQL string literal. */
export const quoteText = (text: string): string => `'${escapeFor(text, "'")}'`;

/** A row filter as one GoogleSQL expression, for a command line to carry. */
export function filterSql(filter: Filter, fields: readonly Field[]): string {
  if ('expression' in filter) return filter.expression;
  const [predicates, word] =
    'all' in filter ? ([filter.all, ' AND '] as const) : ([filter.any, ' OR '] as const);
  const parts = predicates.map((predicate) => predicateSql(predicate, fields));
  return parts.length === 1 ? (parts[0] ?? '') : parts.map((part) => `(${part})`).join(word);
}

function predicateSql(predicate: Predicate, fields: readonly Field[]): string {
  const column = quoteName(predicate.column);
  const field = findPath(fields, predicate.column);
  const literal = (value: Scalar): string => literalSql(value, field);
  const text = field?.type === 'STRING' ? column : `CAST(${column} AS STRING)`;
  switch (predicate.is) {
    case 'null':
      return `${column} IS NULL`;
    case 'not-null':
      return `${column} IS NOT NULL`;
    case 'in':
      return `${column} IN (${predicate.values.map(literal).join(', ')})`;
    case 'not-in':
      return `${column} NOT IN (${predicate.values.map(literal).join(', ')})`;
    case 'between':
      return `${column} BETWEEN ${literal(predicate.from)} AND ${literal(predicate.to)}`;
    case 'contains':
      return `STRPOS(${text}, ${quoteText(predicate.value)}) > 0`;
    case 'starts-with':
      return `STARTS_WITH(${text}, ${quoteText(predicate.value)})`;
    case 'ends-with':
      return `ENDS_WITH(${text}, ${quoteText(predicate.value)})`;
    default:
      return `${column} ${predicate.is} ${literal(predicate.value)}`;
  }
}

function literalSql(value: Scalar, field: Field | undefined): string {
  switch (field?.type) {
    case 'INT64':
    case 'FLOAT64':
      return typeof value === 'string' && !/^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(value)
        ? `CAST(${quoteText(value)} AS ${field.type})`
        : String(value);
    case 'BOOL':
      return String(value).toUpperCase() === 'TRUE' ? 'TRUE' : 'FALSE';
    case 'DATE':
    case 'TIME':
    case 'DATETIME':
    case 'TIMESTAMP':
    case 'NUMERIC':
    case 'BIGNUMERIC':
      return `${field.type} ${quoteText(String(value))}`;
    case 'BYTES':
      return `FROM_BASE64(${quoteText(String(value))})`;
    default:
      return quoteText(String(value));
  }
}

function escapeFor(text: string, quote: string): string {
  return text.replace(/[\\'`\p{Cc}\u2028\u2029]/gu, (character) => {
    if (character === '\\' || character === quote) return `\\${character}`;
    if (character === "'" || character === '`') return character;
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
