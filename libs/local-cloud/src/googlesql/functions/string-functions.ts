import { castBetween, castSql } from '../analyzer/cast-sql.js';
import { argumentTypes, coerce, coerceOr, coercionCost } from '../analyzer/coerce.js';
import { failSql } from '../analyzer/typed.js';
import { mistake } from '../sql-error.js';
import { bytes, string } from '../types.js';
import { custom, fn } from './define.js';
import { type FunctionTable } from './function-spec.js';

const isPositive = (sql: string): boolean => /^CAST\([1-9]\d{0,8} AS BIGINT\)$/.test(sql);
const isNatural = (sql: string): boolean => /^CAST\(\d{1,9} AS BIGINT\)$/.test(sql);

/** Positions count from 1, from the end when negative; what lies left of the text is its beginning. */
function substring(length: string, s: string, position: string, count?: string): string {
  const from = isPositive(position)
    ? position
    : `CASE WHEN ${position} > 0 THEN ${position} WHEN ${position} = 0 OR ${position} < -${length}(${s}) THEN 1 ELSE ${length}(${s}) + ${position} + 1 END`;
  if (count === undefined) return `substr(${s}, ${from})`;
  if (isNatural(count)) return `substr(${s}, ${from}, ${count})`;
  return `CASE WHEN ${count} < 0 THEN ${failSql("'Third argument in SUBSTR() cannot be negative'", string)} ELSE substr(${s}, ${from}, least(${count}, 2147483647)) END`;
}

const substr = fn(
  [
    'STRING, INT64, [INT64] -> STRING',
    (s, p, n) => substring('length', s as string, p as string, n),
  ],
  [
    'BYTES, INT64, [INT64] -> BYTES',
    (s, p, n) => `gs_substr_bytes(${s}, ${p}, ${n ?? 'CAST(9223372036854775807 AS BIGINT)'})`,
  ],
);

const length = fn(
  ['STRING -> INT64', (s) => `length(${s})`],
  ['BYTES -> INT64', (s) => `octet_length(${s})`],
);

const refuseNegative = (name: string, count: string, result: string, type = string): string =>
  isNatural(count)
    ? result
    : `CASE WHEN ${count} < 0 THEN ${failSql(`'Second argument in ${name}() cannot be negative'`, type)} ELSE ${result} END`;

function pad(side: 'lpad' | 'rpad') {
  return (s?: string, n?: string, p = "' '"): string =>
    `CASE WHEN ${n} < 0 THEN ${failSql(`'Second argument (output size) for ${side.toUpperCase()} cannot be negative'`, string)} WHEN ${p} = '' THEN ${failSql(`'Third argument (pad pattern) for ${side.toUpperCase()} cannot be empty'`, string)} ELSE ${side}(${s}, CAST(${n} AS INTEGER), ${p}) END`;
}

const spaces =
  "' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(133) || chr(160) || chr(5760) || chr(8192) || chr(8193) || chr(8194) || chr(8195) || chr(8196) || chr(8197) || chr(8198) || chr(8199) || chr(8200) || chr(8201) || chr(8202) || chr(8232) || chr(8233) || chr(8239) || chr(8287) || chr(12288)";

function trim(name: 'trim' | 'ltrim' | 'rtrim') {
  return fn(
    ['STRING, [STRING] -> STRING', (s, set) => `${name}(${s}, ${set ?? spaces})`],
    ['BYTES, BYTES -> BYTES', (s, set) => `gs_trim_bytes(${s}, ${set}, '${name}')`],
  );
}

/** The form is a bare word: `NORMALIZE(text, NFKC)`. */
function normalization(native: string) {
  return custom('STRING, [NFC | NFKC | NFD | NFKD]', (call) => {
    const [text, form] = call.node.args;
    const word = form === undefined ? 'NFC' : form.kind === 'name' ? form.name.toUpperCase() : '';
    if (!text || !['NFC', 'NFKC', 'NFD', 'NFKD'].includes(word))
      throw mistake(
        `No matching signature for function ${call.name}. Supported signature: ${call.name}(STRING, [NORMALIZE_MODE])`,
        call.node.at,
      );
    const value = coerceOr(
      call.analyze(text),
      string,
      `No matching signature for function ${call.name}. Supported signature: ${call.name}(STRING)`,
      text.at,
    );
    return { sql: `${native}(${value.sql}, '${word}')`, type: string };
  });
}

export const stringFunctions: FunctionTable = {
  ASCII: fn([
    'STRING -> INT64',
    (s) =>
      `CASE WHEN ${s} = '' THEN 0 WHEN ascii(${s}) > 127 THEN ${failSql("'Non-ASCII character found in the first character of ASCII()'", { kind: 'INT64' })} ELSE CAST(ascii(${s}) AS BIGINT) END`,
  ]),
  BYTE_LENGTH: fn(
    ['STRING -> INT64', (s) => `strlen(${s})`],
    ['BYTES -> INT64', (s) => `octet_length(${s})`],
  ),
  CHAR_LENGTH: fn(['STRING -> INT64', (s) => `length(${s})`]),
  CHARACTER_LENGTH: fn(['STRING -> INT64', (s) => `length(${s})`]),
  CHR: fn(['INT64 -> STRING', (n) => `gs_chr(${n})`]),
  CODE_POINTS_TO_STRING: fn([
    'ARRAY<INT64> -> STRING',
    (a) =>
      `CASE WHEN len(${a}) > list_count(${a}) THEN NULL ELSE array_to_string(list_transform(${a}, lambda e: gs_chr(e)), '') END`,
  ]),
  CODE_POINTS_TO_BYTES: fn([
    'ARRAY<INT64> -> BYTES',
    (a) =>
      `CASE WHEN len(${a}) > list_count(${a}) THEN NULL ELSE gs_bytes_of(list_transform(${a}, lambda e: CAST(e AS VARCHAR))) END`,
  ]),
  TO_CODE_POINTS: fn(
    [
      'STRING -> ARRAY<INT64>',
      (s) =>
        `CASE WHEN ${s} = '' THEN CAST([] AS BIGINT[]) ELSE list_transform(regexp_extract_all(${s}, '(?s).'), lambda e: CAST(unicode(e) AS BIGINT)) END`,
    ],
    [
      'BYTES -> ARRAY<INT64>',
      (s) =>
        `CASE WHEN octet_length(${s}) = 0 THEN CAST([] AS BIGINT[]) ELSE CAST(string_split(gs_byte_list(${s}), ',') AS BIGINT[]) END`,
    ],
  ),
  CONCAT: custom('T, T...', (call) => {
    const values = call.node.args.map(call.analyze);
    const areBytes = values.some(({ type }) => type.kind === 'BYTES');
    const target = areBytes ? bytes : string;
    const parts = values.map((value) => {
      if (coercionCost(value, target) !== undefined) return coerce(value, target).sql;
      if (areBytes || !castBetween(value.type, string) || value.type.kind === 'ARRAY')
        throw mistake(
          `No matching signature for function CONCAT for argument types: ${argumentTypes(values)}. Supported signatures: CONCAT(STRING, [STRING, ...]); CONCAT(BYTES, [BYTES, ...])`,
          call.node.at,
        );
      return castSql(value.sql, value.type, string);
    });
    if (parts.length === 0)
      throw mistake(
        'No matching signature for function CONCAT with no arguments. Supported signatures: CONCAT(STRING, [STRING, ...]); CONCAT(BYTES, [BYTES, ...])',
        call.node.at,
      );
    return { sql: `(${parts.join(' || ')})`, type: target };
  }),
  CONTAINS_SUBSTR: fn([
    'STRING, STRING -> BOOL',
    (s, t) => `contains(lower(nfc_normalize(${s})), lower(nfc_normalize(${t})))`,
  ]),
  EDIT_DISTANCE: fn([
    'STRING, STRING -> INT64',
    (a, b) => `CAST(levenshtein(${a}, ${b}) AS BIGINT)`,
  ]),
  ENDS_WITH: fn(
    ['STRING, STRING -> BOOL', (s, t) => `ends_with(${s}, ${t})`],
    ['BYTES, BYTES -> BOOL', (s, t) => `ends_with(hex(${s}), hex(${t}))`],
  ),
  FROM_BASE32: fn(['STRING -> BYTES', (s) => `gs_from_base32(${s})`]),
  FROM_BASE64: fn(['STRING -> BYTES', (s) => `gs_from_base64(${s})`]),
  FROM_HEX: fn(['STRING -> BYTES', (s) => `gs_from_hex(${s})`]),
  INITCAP: fn([
    'STRING, [STRING] -> STRING',
    (s, d) =>
      `gs_initcap(${s}, ${d ?? "' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || '[](){}/|<>!?@\"^#$&~_,.:;*%+-'"})`,
  ]),
  INSTR: fn([
    'STRING, STRING, [INT64], [INT64] -> INT64',
    (s, t, p, n) =>
      p === undefined
        ? `CAST(instr(${s}, ${t}) AS BIGINT)`
        : `gs_instr(${s}, ${t}, ${p}, ${n ?? 'CAST(1 AS BIGINT)'})`,
  ]),
  LEFT: fn(
    ['STRING, INT64 -> STRING', (s, n) => refuseNegative('LEFT', n as string, `left(${s}, ${n})`)],
    [
      'BYTES, INT64 -> BYTES',
      (s, n) => refuseNegative('LEFT', n as string, `gs_substr_bytes(${s}, 1, ${n})`, bytes),
    ],
  ),
  LENGTH: length,
  OCTET_LENGTH: fn(
    ['STRING -> INT64', (s) => `strlen(${s})`],
    ['BYTES -> INT64', (s) => `octet_length(${s})`],
  ),
  LOWER: fn(['STRING -> STRING', (s) => `lower(${s})`]),
  LPAD: fn(['STRING, INT64, [STRING] -> STRING', pad('lpad')]),
  LTRIM: trim('ltrim'),
  NORMALIZE: normalization('gs_normalize'),
  NORMALIZE_AND_CASEFOLD: normalization('gs_casefold'),
  REPEAT: fn([
    'STRING, INT64 -> STRING',
    (s, n) => refuseNegative('REPEAT', n as string, `repeat(${s}, ${n})`),
  ]),
  REPLACE: fn([
    'STRING, STRING, STRING -> STRING',
    (s, f, t) => `CASE WHEN ${f} = '' THEN ${s} ELSE replace(${s}, ${f}, ${t}) END`,
  ]),
  REVERSE: fn(
    ['STRING -> STRING', (s) => `gs_reverse(${s})`],
    ['BYTES -> BYTES', (s) => `gs_reverse_bytes(${s})`],
  ),
  RIGHT: fn(
    [
      'STRING, INT64 -> STRING',
      (s, n) => refuseNegative('RIGHT', n as string, `right(${s}, ${n})`),
    ],
    [
      'BYTES, INT64 -> BYTES',
      (s, n) =>
        refuseNegative(
          'RIGHT',
          n as string,
          `gs_substr_bytes(${s}, octet_length(${s}) - least(${n}, octet_length(${s})) + 1, ${n})`,
          bytes,
        ),
    ],
  ),
  RPAD: fn(['STRING, INT64, [STRING] -> STRING', pad('rpad')]),
  RTRIM: trim('rtrim'),
  SAFE_CONVERT_BYTES_TO_STRING: fn(['BYTES -> STRING', (s) => `gs_safe_text(${s})`]),
  SOUNDEX: fn(['STRING -> STRING', (s) => `gs_soundex(${s})`]),
  SPLIT: fn([
    'STRING, [STRING] -> ARRAY<STRING>',
    (s, d = "','") =>
      `CASE WHEN ${s} = '' THEN [''] WHEN ${d} = '' THEN regexp_extract_all(${s}, '(?s).') ELSE string_split(${s}, ${d}) END`,
  ]),
  STARTS_WITH: fn(
    ['STRING, STRING -> BOOL', (s, t) => `starts_with(${s}, ${t})`],
    ['BYTES, BYTES -> BOOL', (s, t) => `starts_with(hex(${s}), hex(${t}))`],
  ),
  STRPOS: fn(['STRING, STRING -> INT64', (s, t) => `CAST(instr(${s}, ${t}) AS BIGINT)`]),
  SUBSTR: substr,
  SUBSTRING: substr,
  TO_BASE32: fn(['BYTES -> STRING', (s) => `gs_to_base32(${s})`]),
  TO_BASE64: fn(['BYTES -> STRING', (s) => `to_base64(${s})`]),
  TO_HEX: fn(['BYTES -> STRING', (s) => `lower(hex(${s}))`]),
  TRANSLATE: fn([
    'STRING, STRING, STRING -> STRING',
    (s, f, t) => `gs_translate(${s}, ${f}, ${t})`,
  ]),
  TRIM: trim('trim'),
  UNICODE: fn([
    'STRING -> INT64',
    (s) => `CASE WHEN ${s} = '' THEN 0 ELSE CAST(unicode(${s}) AS BIGINT) END`,
  ]),
  UPPER: fn(['STRING -> STRING', (s) => `upper(${s})`]),
};
