import fc from 'fast-check';
import { type ExportRequest } from '../request/export-request.js';
import { aField, aRequest } from '../testing/index.js';
import { compileSelect } from './compile-select.js';
import { quoteIdentifier, quoteString } from './quote.js';

/**
 * A reader of GoogleSQL's lexical rules of its own, written from the reference and not from the product's lexer: splits a
 * text into words, symbols, quoted names and strings, and undoes the escapes of the last two.
 */
function read(sql: string): { kind: string; text: string }[] {
  const pieces: { kind: string; text: string }[] = [];
  for (let at = 0; at < sql.length;) {
    const character = sql[at] as string;
    if (/\s/.test(character)) at += 1;
    else if (sql.startsWith('--', at) || character === '#' || sql.startsWith('/*', at))
      throw new Error(`a comment begins at ${at}: ${sql}`);
    else if ('`\'"'.includes(character)) {
      let text = '';
      let end = at + 1;
      while (sql[end] !== character) {
        if (end >= sql.length || sql[end] === '\n') throw new Error(`not closed at ${at}: ${sql}`);
        if (sql[end] === '\\') {
          const [whole = '', unicode] = /^\\(?:u([0-9a-f]{4})|.)/s.exec(sql.slice(end)) ?? [];
          text += unicode
            ? String.fromCharCode(Number.parseInt(unicode, 16))
            : (escapes[whole] ?? whole.slice(1));
          end += whole.length;
        } else {
          text += sql[end];
          end += 1;
        }
      }
      pieces.push({ kind: character === '`' ? 'name' : 'string', text });
      at = end + 1;
    } else {
      const [text = ''] =
        /^(?:@?[\p{L}_][\p{L}\p{N}_]*|\d+(?:\.\d+)?|.)/su.exec(sql.slice(at)) ?? [];
      pieces.push({ kind: /^[@\p{L}_]/u.test(text) ? 'word' : 'other', text });
      at += text.length;
    }
  }
  return pieces;
}
const escapes: Record<string, string> = { '\\t': '\t', '\\n': '\n', '\\r': '\r' };

const hostile = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom(
      '`',
      "'",
      '"',
      '\\',
      ';',
      '-',
      '#',
      '/',
      '*',
      '\n',
      '\r',
      '\u2028',
      ')',
      '(',
      ',',
      '.',
      '@',
      'x',
      ' ',
      '\0',
    ),
    minLength: 1,
    maxLength: 20,
  }),
  fc.constantFrom(
    '`; DROP TABLE x; --',
    "') OR ('1'='1",
    '*/ SELECT 1 /*',
    '\\`',
    "\\'",
    '@p0',
    'a.b',
    '${x}',
    "'''",
    '"""',
  ),
);
/** Names that BigQuery lets a column have are all that a request's `as` may be; the source's own may be anything here. */
const alias = fc.stringMatching(/^[\p{L}_][\p{L}\p{N}_]{0,20}$/u);

it('keeps whatever a quoted name or string holds inside its quotes', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(read(quoteIdentifier(text))).toEqual([{ kind: 'name', text }]);
      expect(read(quoteString(text))).toEqual([{ kind: 'string', text }]);
    }),
    { numRuns: 1_000 },
  );
});

/** Every kind of transform over one column, with the names and values given. */
const requestWith = (name: string, as: string, values: readonly string[]): ExportRequest =>
  aRequest({
    format: 'csv',
    csv: { escapeFormulas: true },
    columns: [
      { name, as },
      { name, as: `${as}_c`, mask: { kind: 'constant', value: values[0] ?? '' } },
      { name, as: `${as}_h`, mask: { kind: 'sha256' } },
      { name, as: `${as}_k`, mask: { kind: 'keep-last', count: 2 } },
      { name, as: `${as}_n`, cast: 'BYTES' },
    ],
    filter: {
      any: [
        { column: name, is: '=', value: values[0] ?? '' },
        { column: name, is: 'in', values: [...values, ''] },
        { column: name, is: 'contains', value: values[1] ?? '' },
        { column: name, is: 'between', from: values[0] ?? '', to: values[1] ?? '' },
        { column: name, is: 'null' },
      ],
    },
    orderBy: [{ column: name, descending: true }],
  });

it('compiles any name, alias and value to the same statement, with the values bound', () => {
  const compile = (name: string, as: string, values: readonly string[]) =>
    compileSelect(requestWith(name, as, values), [aField(name)], '`p`.`d`.`t` AS source_row', {
      maskScope: () => 'scope',
    });
  const plain = read(compile('plain', 'as', ['v', 'w']).sql).map(({ kind, text }) =>
    kind === 'name' ? kind : text,
  );
  fc.assert(
    fc.property(hostile, alias, hostile, hostile, (name, as, first, second) => {
      const { sql, parameters, fields } = compile(name, as, [first, second]);
      const pieces = read(sql);
      expect(pieces.map(({ kind, text }) => (kind === 'name' ? kind : text))).toEqual(plain);
      const names = pieces.filter(({ kind }) => kind === 'name').map(({ text }) => text);
      expect(new Set(names)).toEqual(
        new Set(['p', 'd', 't', name, as, ...['c', 'h', 'k', 'n'].map((each) => `${as}_${each}`)]),
      );
      expect(fields.map((field) => field.name)).toHaveLength(5);
      const bound = parameters.flatMap(({ value }) => value);
      expect(bound.filter((value) => value === first).length).toBeGreaterThanOrEqual(3);
    }),
    { numRuns: 1_000 },
  );
});

it('takes an expert’s expression only when it stays one expression inside its brackets', () => {
  const compile = (expression: string) =>
    compileSelect(aRequest({ filter: { expression } }), [aField('a')], '`t` AS source_row').sql;
  fc.assert(
    fc.property(hostile, hostile, (first, second) => {
      for (const expression of [
        first,
        `a = '${first}`,
        `a = 1 ${first} ${second}`,
        `(${first}`,
        `${first}) OR (${second}`,
      ]) {
        let sql: string;
        try {
          sql = compile(expression);
        } catch (error) {
          expect(error).toMatchObject({
            code: expect.stringMatching(/^(sql-invalid|request-invalid)$/),
          });
          continue;
        }
        // What stands after the expression is still there, outside of any string, comment or bracket of it.
        const depths = bracketsOf(`${sql} MARK`);
        expect(depths).toBe(0);
      }
    }),
    { numRuns: 800 },
  );
});

/** Depth of brackets at the word MARK, reading as BigQuery reads; throws when MARK is swallowed. */
function bracketsOf(sql: string): number {
  let depth = 0;
  for (let at = 0; at < sql.length;) {
    const rest = sql.slice(at);
    const skipped =
      /^(?:\s+|(?:--|#)[^\n\r]*|\/\*[\s\S]*?\*\/|(?:rb|br|r|b)?("""|''')(?:\\[\s\S]|(?!\1)[\s\S])*\1|(?:rb|br|r|b)?(["'`])(?:\\[\s\S]|(?!\2)[^\\\n\r])*\2)/i.exec(
        rest,
      );
    if (skipped?.[0]) {
      at += skipped[0].length;
      continue;
    }
    const [word = ''] = /^(?:[\p{L}_][\p{L}\p{N}_]*|[\s\S])/u.exec(rest) ?? [];
    if (word === 'MARK') return depth;
    if (word === ';') throw new Error('a statement ends');
    if (word === '(' || word === '[') depth += 1;
    if (word === ')' || word === ']') depth -= 1;
    if (depth < 0) throw new Error('a bracket too many');
    at += word.length;
  }
  throw new Error(`the end was swallowed: ${sql}`);
}

it.each([
  'a = 1; DROP TABLE x',
  'a = 1) OR (1 = 1',
  'a = r"""\\""" + " ) OR ( "',
  'a = 1 --\r) OR (1 = 1 --',
  'a = 1 -- and more',
  "a = 'open",
  'a = 1 /* open',
  'a, b',
  'SELECT 1',
  'DELETE FROM t WHERE true',
  'a = 1 LIMIT 5',
  'a = 1 UNION ALL SELECT 2',
  'EXPORT DATA OPTIONS()',
  '',
  '   ',
])('refuses the expression %j', (expression) => {
  const compile = () =>
    compileSelect(aRequest({ filter: { expression } }), [aField('a')], '`t` AS source_row');
  if (expression.endsWith('-- and more')) expect(compile().sql).toContain(`${expression}\n)`);
  else expect(compile).toThrow(expect.objectContaining({ code: 'sql-invalid' }));
});
