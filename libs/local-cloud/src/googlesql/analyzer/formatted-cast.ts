import { formatTimeSql, parseTimeSql } from '../functions/time-text-functions.js';
import { type TimeKind } from '../functions/time-parts.js';
import { mistake, refused } from '../sql-error.js';
import { bytes, type SqlType, string, typeName } from '../types.js';
import { timeFormatOf } from './cast-format.js';
import { applyTemplate, quoteText, type Typed } from './typed.js';

const times: ReadonlySet<string> = new Set(['DATE', 'DATETIME', 'TIME', 'TIMESTAMP']);

const toText: Readonly<Record<string, (x: string) => string>> = {
  ASCII: (x) => `decode(${x})`,
  BASE16: (x) => `lower(hex(${x}))`,
  BASE32: (x) => `gs_to_base32(${x})`,
  BASE64: (x) => `to_base64(${x})`,
  HEX: (x) => `lower(hex(${x}))`,
  'UTF-8': (x) => `decode(${x})`,
  UTF8: (x) => `decode(${x})`,
};

const fromText: Readonly<Record<string, (x: string) => string>> = {
  ASCII: (x) => `encode(${x})`,
  BASE16: (x) => `gs_from_hex(${x})`,
  BASE32: (x) => `gs_from_base32(${x})`,
  BASE64: (x) => `gs_from_base64(${x})`,
  HEX: (x) => `gs_from_hex(${x})`,
  'UTF-8': (x) => `encode(${x})`,
  UTF8: (x) => `encode(${x})`,
};

/** CAST with a FORMAT clause: between BYTES and STRING, and between times and STRING. */
export function formattedCast(
  value: Typed,
  type: SqlType,
  format: Typed,
  zone: Typed | undefined,
  isSafe: boolean,
  at: number,
): Typed {
  const text = format.constant?.text;
  const from = value.type.kind;
  const what = `CAST from ${typeName(value.type)} to ${typeName(type)} with FORMAT`;
  if (text === undefined || text === null) throw refused(`${what} that is not a literal`, at);
  if (from === 'BYTES' && type.kind === 'STRING') return encoded(toText, string);
  if (from === 'STRING' && type.kind === 'BYTES') return encoded(fromText, bytes);
  if (times.has(from) && type.kind === 'STRING') {
    const elements = quoteText(timeFormatOf(text, 'write', at));
    return make((x, z) => formatTimeSql(from as TimeKind, elements, x, z), string);
  }
  if (from === 'STRING' && times.has(type.kind)) {
    const elements = quoteText(timeFormatOf(text, 'read', at));
    return make((x, z) => parseTimeSql(type.kind as TimeKind, elements, x, z), type);
  }
  throw refused(what, at);

  function make(template: (x: string, z: string) => string, target: SqlType): Typed {
    return {
      type: target,
      sql: applyTemplate(template, [value.sql, zone?.sql ?? "'UTC'"], isSafe),
    };
  }

  function encoded(table: Readonly<Record<string, (x: string) => string>>, target: SqlType): Typed {
    const name = String(text).toUpperCase();
    const template = Object.hasOwn(table, name) ? table[name] : undefined;
    if (!template) throw mistake(`Invalid format: '${text}' in ${what}`, at);
    return make((x) => template(x), target);
  }
}
