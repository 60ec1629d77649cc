import { mistake } from '../sql-error.js';

const simple: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '?': '?',
  '"': '"',
  "'": "'",
  '`': '`',
};

/** The content of a literal. In bytes `\x` and octal escapes are single bytes, in strings code points. */
export function unescapeLiteral(
  body: string,
  { isRaw, isBytes, at }: { isRaw: boolean; isBytes: boolean; at: number },
): { text: string; bytes: Buffer } {
  if (isRaw || !body.includes('\\')) return { text: body, bytes: Buffer.from(body, 'utf8') };
  const text: string[] = [];
  const bytes: Buffer[] = [];
  const add = (piece: string, raw = Buffer.from(piece, 'utf8')): void => {
    text.push(piece);
    bytes.push(raw);
  };
  const pattern =
    /\\(?:[xX]([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))|[^\\]+|\\$/gu;
  for (const found of body.matchAll(pattern)) {
    const [whole, hex, octal, short, long, sign] = found;
    const code = hex ?? short ?? long;
    if (!whole.startsWith('\\')) add(whole);
    else if (octal !== undefined || hex !== undefined) {
      const value =
        octal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(octal, 8);
      if (value > 255) throw illegal(whole, at + found.index);
      add(String.fromCodePoint(value), isBytes ? Buffer.from([value]) : undefined);
    } else if (code !== undefined && !isBytes) {
      const value = Number.parseInt(code, 16);
      if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        throw illegal(whole, at + found.index);
      add(String.fromCodePoint(value));
    } else {
      const plain = sign === undefined ? undefined : simple[sign];
      if (plain === undefined) throw illegal(whole, at + found.index);
      add(plain);
    }
  }
  return { text: text.join(''), bytes: Buffer.concat(bytes) };
}

const illegal = (escape: string, at: number) =>
  mistake(`Syntax error: Illegal escape sequence: ${escape.slice(0, 10)}`, at);
