import { coerceOr } from '../analyzer/coerce.js';
import { applyTemplate, failSql, isNullLiteral, type Typed } from '../analyzer/typed.js';
import { mistake, refused } from '../sql-error.js';
import { arrayOf, int64, string } from '../types.js';
import { custom } from './define.js';
import { type CustomCall, type FunctionTable } from './function-spec.js';

/** Capturing groups of a pattern: brackets that are neither escaped, nor in a class, nor of the form `(?:`. */
export function countGroups(pattern: string): number {
  let groups = 0;
  let inClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const sign = pattern[at];
    if (sign === '\\') at++;
    else if (inClass) inClass = sign !== ']';
    else if (sign === '[') inClass = true;
    else if (sign === '(' && (pattern[at + 1] !== '?' || /^\?P?<[^=!]/.test(pattern.slice(at + 1))))
      groups++;
  }
  return groups;
}

function textArguments({ name, node, analyze }: CustomCall, least: number, most: number): Typed[] {
  const args = node.args.map(analyze);
  if (args.length < least || args.length > most)
    throw mistake(
      `No matching signature for function ${name} for argument types: ${args.map(({ type }) => type.kind).join(', ')}. Supported signature: ${name}(STRING, STRING${most > 2 ? ', …' : ''})`,
      node.at,
    );
  for (const arg of args) if (arg.type.kind === 'BYTES') throw refused(`${name} on BYTES`, node.at);
  return args.map((arg, index) =>
    coerceOr(
      arg,
      index < 2 || name === 'REGEXP_REPLACE' ? string : int64,
      `No matching signature for function ${name} for argument types: ${args.map(({ type }) => type.kind).join(', ')}. Supported signature: ${name}(STRING, STRING)`,
      node.args[index]?.at ?? node.at,
    ),
  );
}

/** The number of groups decides what is extracted, so the pattern must be known. */
function groupsOf({ name, node }: CustomCall, pattern: Typed): number {
  if (isNullLiteral(pattern)) return 0;
  const text = pattern.constant?.text;
  if (text === undefined || text === null)
    throw refused(`${name} with a pattern that is neither a literal nor a parameter`, node.at);
  const groups = countGroups(text);
  if (groups > 1)
    throw mistake(
      `Regular expression for ${name} has more than one capturing group: ${text.slice(0, 100)}`,
      node.at,
    );
  return groups;
}

const notKnown = `'The local cloud does not support a backslash in a replacement of REGEXP_REPLACE that is neither a literal nor a parameter'`;

/**
 * Throws where the replacement names a group that the pattern has not: DuckDB would leave the text as it is. False when
 * the replacement is known only at run time.
 */
function checkReplacement(call: CustomCall, pattern: Typed, replacement: Typed): boolean {
  const text = replacement.constant?.text;
  if (text === null) return true;
  if (text === undefined) return false;
  const escapes = text.match(/\\[\s\S]?/g) ?? [];
  const numbers = escapes.flatMap((each) => (/\d/.test(each) ? [Number(each.slice(1))] : []));
  if (escapes.some((each) => !/^\\[\d\\]$/.test(each)))
    throw mistake(
      `Invalid REGEXP_REPLACE pattern: a backslash must be followed by a digit or a backslash: ${text.slice(0, 100)}`,
      call.node.at,
    );
  const highest = Math.max(0, ...numbers);
  if (highest === 0 || isNullLiteral(pattern)) return true;
  const known = pattern.constant?.text;
  if (known === undefined || known === null)
    throw refused(
      'REGEXP_REPLACE with groups of a pattern that is neither a literal nor a parameter',
      call.node.at,
    );
  if (highest > countGroups(known))
    throw mistake(
      `Invalid REGEXP_REPLACE pattern: there is no group ${highest} in ${known.slice(0, 100)}`,
      call.node.at,
    );
  return true;
}

function extract(call: CustomCall): Typed {
  const [s, pattern, position, occurrence] = textArguments(call, 2, 4) as [
    Typed,
    Typed,
    Typed?,
    Typed?,
  ];
  const group = groupsOf(call, pattern);
  if (position)
    return {
      type: string,
      sql: applyTemplate(
        (x, p, at, n) =>
          `(CASE WHEN ${at} < 1 THEN CAST(gs_fail('Position must be positive') AS VARCHAR) WHEN ${n} < 1 THEN CAST(gs_fail('Occurrence must be positive') AS VARCHAR) ELSE regexp_extract_all(substr(${x}, ${at}), ${p}, ${group})[${n}] END)`,
        [s.sql, pattern.sql, position.sql, occurrence?.sql ?? 'CAST(1 AS BIGINT)'],
        call.isSafe,
      ),
    };
  // A group that takes no part in the match is NULL, which DuckDB does not tell from an empty one.
  const mayBeSkipped = group === 1 && /\)[?*{]|\|/.test(pattern.constant?.text ?? '');
  return {
    type: string,
    sql: applyTemplate(
      (x, p) =>
        mayBeSkipped
          ? `(CASE WHEN regexp_matches(${x}, ${p}) THEN CASE WHEN regexp_extract(${x}, ${p}, 1) = '' THEN gs_regexp_group(${x}, ${p}) ELSE regexp_extract(${x}, ${p}, 1) END END)`
          : `(CASE WHEN regexp_matches(${x}, ${p}) THEN regexp_extract(${x}, ${p}, ${group}) END)`,
      [s.sql, pattern.sql],
      call.isSafe,
    ),
  };
}

export const regexpFunctions: FunctionTable = {
  REGEXP_CONTAINS: custom('STRING, STRING', (call) => {
    const [s, pattern] = textArguments(call, 2, 2) as [Typed, Typed];
    return {
      type: { kind: 'BOOL' },
      sql: applyTemplate((x, p) => `regexp_matches(${x}, ${p})`, [s.sql, pattern.sql], call.isSafe),
    };
  }),
  REGEXP_EXTRACT: custom('STRING, STRING, [INT64], [INT64]', extract),
  REGEXP_SUBSTR: custom('STRING, STRING, [INT64], [INT64]', extract),
  REGEXP_INSTR: custom('STRING, STRING, [INT64], [INT64], [INT64]', (call) => {
    const [s, pattern, position, occurrence, after] = textArguments(call, 2, 5) as [
      Typed,
      Typed,
      Typed?,
      Typed?,
      Typed?,
    ];
    if (groupsOf(call, pattern) > 0)
      throw refused('REGEXP_INSTR with a capturing group', call.node.at);
    const one = 'CAST(1 AS BIGINT)';
    // What lies between the matches and the matches themselves add up to where a match begins.
    return {
      type: int64,
      sql: applyTemplate(
        (x, p, at, n, end) => {
          const rest = `substr(${x}, ${at})`;
          const found = `regexp_extract_all(${rest}, ${p}, 0)`;
          const sum = (list: string, count: string): string =>
            `coalesce(list_sum(list_transform(list_slice(${list}, 1, ${count}), lambda e: length(e))), 0)`;
          return `(CASE WHEN ${at} < 1 THEN CAST(gs_fail('Position must be positive') AS BIGINT) WHEN ${n} < 1 THEN CAST(gs_fail('Occurrence must be positive') AS BIGINT) WHEN ${x} IS NULL OR ${p} IS NULL THEN NULL WHEN len(${found}) < ${n} THEN 0 ELSE CAST(${at} + ${sum(`regexp_split_to_array(${rest}, ${p})`, n)} + ${sum(found, `CASE WHEN ${end} = 1 THEN ${n} ELSE ${n} - 1 END`)} AS BIGINT) END)`;
        },
        [
          s.sql,
          pattern.sql,
          position?.sql ?? one,
          occurrence?.sql ?? one,
          after?.sql ?? 'CAST(0 AS BIGINT)',
        ],
        call.isSafe,
      ),
    };
  }),
  REGEXP_EXTRACT_ALL: custom('STRING, STRING', (call) => {
    const [s, pattern] = textArguments(call, 2, 2) as [Typed, Typed];
    const group = groupsOf(call, pattern);
    return {
      type: arrayOf(string),
      sql: applyTemplate(
        (x, p) => `regexp_extract_all(${x}, ${p}, ${group})`,
        [s.sql, pattern.sql],
        call.isSafe,
      ),
    };
  }),
  REGEXP_REPLACE: custom('STRING, STRING, STRING', (call) => {
    const [s, pattern, replacement] = textArguments(call, 3, 3) as [Typed, Typed, Typed];
    const isChecked = checkReplacement(call, pattern, replacement);
    return {
      type: string,
      sql: applyTemplate(
        (x, p, r) =>
          isChecked
            ? `regexp_replace(${x}, ${p}, ${r}, 'g')`
            : `(CASE WHEN contains(${r}, '\\') THEN ${failSql(notKnown, string)} ELSE regexp_replace(${x}, ${p}, ${r}, 'g') END)`,
        [s.sql, pattern.sql, replacement.sql],
        call.isSafe,
      ),
    };
  }),
};
