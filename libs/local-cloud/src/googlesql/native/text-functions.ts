import { formatText } from './format-text.js';
import { type NativeFunction, QueryFailure } from './native-function.js';

function chr(code: bigint): string {
  if (code < 0n || code > 0x10ffffn || (code >= 0xd800n && code <= 0xdfffn))
    throw new QueryFailure(`Invalid codepoint ${code}`);
  return code === 0n ? '' : String.fromCodePoint(Number(code));
}

/** Capital letters at the beginning of words, small ones elsewhere. */
function initcap(text: string, delimiters: string): string {
  const separators = new Set(delimiters);
  let isStart = true;
  return [...text]
    .map((character) => {
      const cased = isStart ? character.toUpperCase() : character.toLowerCase();
      isStart = separators.has(character);
      return cased;
    })
    .join('');
}

/** The position of an occurrence; a negative position searches backwards from the end. */
function instr(text: string, part: string, position: bigint, occurrence: bigint): bigint {
  if (position === 0n) throw new QueryFailure('INSTR position must not be 0');
  if (occurrence < 1n) throw new QueryFailure('INSTR occurrence must be positive');
  const [characters, wanted] = [[...text], [...part]];
  const fits = (at: number): boolean =>
    wanted.every((character, index) => characters[at + index] === character);
  const step = position > 0n ? 1 : -1;
  let at = position > 0n ? Number(position) - 1 : characters.length + Number(position);
  let left = Number(occurrence);
  if (wanted.length === 0) return 0n;
  for (; at >= 0 && at < characters.length; at += step)
    if (fits(at) && --left === 0) return BigInt(at + 1);
  return 0n;
}

function translate(text: string, from: string, to: string): string {
  const [sources, targets] = [[...from], [...to]];
  if (new Set(sources).size !== sources.length)
    throw new QueryFailure('Duplicate character in TRANSLATE source characters');
  const map = new Map(sources.map((source, index) => [source, targets[index] ?? '']));
  return [...text].map((character) => map.get(character) ?? character).join('');
}

const soundexCodes: Readonly<Record<string, string>> = {
  B: '1',
  F: '1',
  P: '1',
  V: '1',
  C: '2',
  G: '2',
  J: '2',
  K: '2',
  Q: '2',
  S: '2',
  X: '2',
  Z: '2',
  D: '3',
  T: '3',
  L: '4',
  M: '5',
  N: '5',
  R: '6',
};

function soundex(text: string): string {
  const letters = [...text.toUpperCase()].filter((letter) => /[A-Z]/.test(letter));
  const [first] = letters;
  if (first === undefined) return '';
  let code = first;
  let last = soundexCodes[first] ?? '';
  for (const letter of letters.slice(1)) {
    const digit = soundexCodes[letter] ?? '';
    if (digit !== '' && digit !== last) code += digit;
    // H and W do not part equal codes, vowels do.
    if (letter !== 'H' && letter !== 'W') last = digit;
  }
  return code.slice(0, 4).padEnd(4, '0');
}

function substringOfBytes(bytes: Uint8Array, position: bigint, count: bigint): Uint8Array {
  if (count < 0n) throw new QueryFailure('Third argument in SUBSTR() cannot be negative');
  const size = BigInt(bytes.length);
  const start =
    position > 0n ? position - 1n : position === 0n || -position > size ? 0n : size + position;
  const end = start + count > size ? size : start + count;
  return Uint8Array.from(bytes.subarray(Number(start > size ? size : start), Number(end)));
}

function trimBytes(bytes: Uint8Array, set: Uint8Array, how: string): Uint8Array {
  const isCut = (byte: number | undefined): boolean => byte !== undefined && set.includes(byte);
  let [start, end] = [0, bytes.length];
  if (how !== 'rtrim') while (start < end && isCut(bytes[start])) start++;
  if (how !== 'ltrim') while (end > start && isCut(bytes[end - 1])) end--;
  return Uint8Array.from(bytes.subarray(start, end));
}

function bytesOf(codes: readonly string[]): Uint8Array {
  return Uint8Array.from(codes, (code) => {
    const value = Number(code);
    if (!(value >= 0 && value <= 255))
      throw new QueryFailure(`Invalid extended ASCII codepoint ${code}`);
    return value;
  });
}

const escapes: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\\': '\\\\',
};

/** A literal in the quotes that the text does not hold itself. */
function stringLiteral(text: string): string {
  const quote = text.includes('"') && !text.includes("'") ? "'" : '"';
  const body = text
    .replace(/[\n\r\t\\]/g, (sign) => escapes[sign] ?? sign)
    .replaceAll(quote, `\\${quote}`);
  return `${quote}${body}${quote}`;
}

/** Printable bytes as they are, others as `\x00`. */
function bytesLiteral(bytes: Uint8Array, prefix: string): string {
  const body = [...bytes]
    .map((byte) =>
      byte === 0x5c
        ? '\\\\'
        : byte === 0x22 && prefix
          ? '\\"'
          : byte >= 0x20 && byte < 0x7f
            ? String.fromCharCode(byte)
            : `\\x${byte.toString(16).padStart(2, '0')}`,
    )
    .join('');
  return prefix ? `${prefix}"${body}"` : body;
}

/** The first group of a match that is known to be empty: NULL when it took no part in the match. */
function regexpGroup(text: string, pattern: string): string | null {
  const [, flags = '', body = pattern] = /^\(\?([ims]+)\)([\s\S]*)$/.exec(pattern) ?? [];
  let expression: RegExp;
  try {
    expression = new RegExp(body.replaceAll('(?P<', '(?<'), `u${flags}`);
  } catch {
    throw new QueryFailure(
      `The local cloud cannot tell an empty group of this pattern from none: ${pattern}`,
    );
  }
  return expression.exec(text)?.[1] ?? null;
}

export const textFunctions: readonly NativeFunction[] = [
  {
    name: 'gs_regexp_group',
    parameters: ['VARCHAR', 'VARCHAR'],
    returns: 'VARCHAR',
    run: regexpGroup,
  },
  {
    name: 'gs_string_literal',
    parameters: ['VARCHAR'],
    returns: 'VARCHAR',
    run: stringLiteral,
  },
  {
    name: 'gs_bytes_literal',
    parameters: ['BLOB', 'VARCHAR'],
    returns: 'VARCHAR',
    run: bytesLiteral,
  },
  {
    name: 'gs_format',
    parameters: ['VARCHAR', 'VARCHAR[]'],
    returns: 'VARCHAR',
    run: formatText,
  },
  { name: 'gs_chr', parameters: ['BIGINT'], returns: 'VARCHAR', run: chr },
  { name: 'gs_initcap', parameters: ['VARCHAR', 'VARCHAR'], returns: 'VARCHAR', run: initcap },
  {
    name: 'gs_instr',
    parameters: ['VARCHAR', 'VARCHAR', 'BIGINT', 'BIGINT'],
    returns: 'BIGINT',
    run: instr,
  },
  {
    name: 'gs_reverse',
    parameters: ['VARCHAR'],
    returns: 'VARCHAR',
    run: (text: string) => [...text].reverse().join(''),
  },
  {
    name: 'gs_translate',
    parameters: ['VARCHAR', 'VARCHAR', 'VARCHAR'],
    returns: 'VARCHAR',
    run: translate,
  },
  { name: 'gs_soundex', parameters: ['VARCHAR'], returns: 'VARCHAR', run: soundex },
  {
    name: 'gs_normalize',
    parameters: ['VARCHAR', 'VARCHAR'],
    returns: 'VARCHAR',
    run: (text: string, form: string) => text.normalize(form),
  },
  {
    name: 'gs_casefold',
    parameters: ['VARCHAR', 'VARCHAR'],
    returns: 'VARCHAR',
    run: (text: string, form: string) => text.toUpperCase().toLowerCase().normalize(form),
  },
  {
    name: 'gs_substr_bytes',
    parameters: ['BLOB', 'BIGINT', 'BIGINT'],
    returns: 'BLOB',
    run: substringOfBytes,
  },
  {
    name: 'gs_trim_bytes',
    parameters: ['BLOB', 'BLOB', 'VARCHAR'],
    returns: 'BLOB',
    run: trimBytes,
  },
  { name: 'gs_bytes_of', parameters: ['VARCHAR[]'], returns: 'BLOB', run: bytesOf },
  {
    name: 'gs_byte_list',
    parameters: ['BLOB'],
    returns: 'VARCHAR',
    run: (bytes: Uint8Array) => [...bytes].join(','),
  },
  {
    name: 'gs_join_bytes',
    parameters: ['VARCHAR[]', 'BLOB'],
    returns: 'BLOB',
    run: (parts: readonly string[], delimiter: Uint8Array) =>
      Buffer.concat(
        parts.flatMap((part, index) =>
          index === 0 ? [Buffer.from(part, 'hex')] : [delimiter, Buffer.from(part, 'hex')],
        ),
      ),
  },
];
