import { parseDate, parseDatetime, parseTime, parseTimestamp } from '../native/civil-time.js';
import { parseDecimal, type DecimalKind } from '../native/decimal.js';
import { mistake } from '../sql-error.js';
import { scalar, type SqlType, typeName } from '../types.js';
import { quoteText, type Typed } from './typed.js';

/** The SQL of a literal of a type, from its text. Throws BigQuery's error where the text is no such value. */
export function literalSql(type: SqlType, text: string, at?: number): Typed {
  const constant = { text, isLiteral: true };
  const make = (sql: string): Typed => ({ sql, type, constant });
  const invalid = () =>
    type.kind === 'DATE' ||
    type.kind === 'TIMESTAMP' ||
    type.kind === 'DATETIME' ||
    type.kind === 'TIME'
      ? mistake(`Could not cast literal ${JSON.stringify(text)} to type ${typeName(type)}`, at)
      : mistake(`Invalid ${typeName(type)} literal: ${JSON.stringify(text)}`, at);
  switch (type.kind) {
    case 'STRING':
      return make(quoteText(text));
    case 'BOOL':
      return make(text.toLowerCase());
    case 'INT64':
      return make(`CAST(${readInteger(text, at)} AS BIGINT)`);
    case 'FLOAT64':
      return make(`CAST('${readFloat(text, at)}' AS DOUBLE)`);
    case 'NUMERIC':
    case 'BIGNUMERIC': {
      const value = parseDecimal(text, type.kind as DecimalKind);
      if (value === undefined) throw invalid();
      return make(type.kind === 'NUMERIC' ? `CAST('${value}' AS DECIMAL(38,9))` : `'${value}'`);
    }
    case 'DATE': {
      const value = parseDate(text);
      if (value === undefined) throw invalid();
      return make(`CAST('${value}' AS DATE)`);
    }
    case 'TIME': {
      const value = parseTime(text);
      if (value === undefined) throw invalid();
      return make(`CAST('${value}' AS TIME)`);
    }
    case 'DATETIME': {
      const value = parseDatetime(text);
      if (value === undefined) throw invalid();
      return make(`make_timestamp(CAST(${value} AS BIGINT))`);
    }
    case 'TIMESTAMP': {
      const value = parseTimestamp(text, 'UTC');
      if (value === undefined) throw invalid();
      return make(`make_timestamptz(CAST(${value} AS BIGINT))`);
    }
    case 'JSON':
      return make(`CAST(gs_parse_json(${quoteText(text)}) AS JSON)`);
    default:
      throw mistake(`A literal cannot be of type ${typeName(type)}`, at);
  }
}

function readInteger(text: string, at?: number): bigint {
  const isNegative = text.startsWith('-');
  const size = BigInt(text.replace(/^[+-]/, ''));
  const value = isNegative ? -size : size;
  if (value > 9223372036854775807n || value < -9223372036854775808n)
    throw mistake(`Invalid integer literal: ${text.slice(0, 60)}`, at);
  return value;
}

function readFloat(text: string, at?: number): string {
  const value = Number(text);
  if (!Number.isFinite(value))
    throw mistake(`Invalid floating point literal: ${text.slice(0, 60)}`, at);
  return String(value);
}

export const stringLiteral = (text: string): Typed => literalSql(scalar('STRING'), text);
export const integerLiteral = (value: number | bigint): Typed =>
  literalSql(scalar('INT64'), String(value));
