import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { CloudError } from '../http/cloud-error.js';
import { asQueryError } from '../bigquery/bigquery-errors.js';
import { functionTable } from './functions/function-table.js';
import { registerNativeFunctions } from './native/register-native-functions.js';
import { translateStatement } from './translate-statement.js';
import { type QueryParameter, type TranslateContext } from './translate.js';
import { quoteName } from './types.js';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc
    .array(
      fc.constantFrom(
        "'",
        '"',
        '`',
        '\\',
        '--',
        '/*',
        '*/',
        ';',
        '$1',
        '$$',
        '\u0000',
        '\n',
        ')',
        '(',
        'x',
        ' UNION SELECT ',
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);

const literal = (text: string, quote: string): string =>
  quote +
  text.replace(/[\\'"`\p{Cc}\u2028\u2029]/gu, (sign) =>
    sign.charCodeAt(0) < 0x20 || sign.charCodeAt(0) >= 0x7f
      ? `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`
      : `\\${sign}`,
  ) +
  quote;

const isWellFormed = (text: string): boolean => text === Buffer.from(text, 'utf8').toString('utf8');

// Thousands of draws, and the machine may be busy.
jest.setTimeout(120_000);

describe('a GoogleSQL text of any content', () => {
  let connection: DuckDBConnection;
  beforeAll(async () => {
    connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run("SET TimeZone = 'UTC'");
    registerNativeFunctions(connection);
  });
  afterAll(() => connection.closeSync());

  const contextOf = (more: Partial<TranslateContext> = {}): TranslateContext => ({
    defaultProject: 'p',
    parameters: [],
    nowMs: 0,
    sessionUser: 'someone@example.com',
    resolveTable: () => {
      throw new CloudError(404, 'notFound', 'Not found: Table');
    },
    ...more,
  });

  async function run(sql: string, more: Partial<TranslateContext> = {}): Promise<unknown[][]> {
    const statement = await translateStatement(sql, contextOf(more));
    if (statement.kind !== 'query') throw new Error(statement.kind);
    const reader = await connection.runAndReadAll(statement.sql, [
      ...statement.parameters,
    ] as never);
    return reader.getRowsJS() as unknown[][];
  }

  it('gives a string literal back as it was', () =>
    fc.assert(
      fc.asyncProperty(
        anyText.filter(isWellFormed),
        fc.constantFrom("'", '"', "'''", '"""'),
        async (text, quote) => {
          expect(await run(`SELECT ${literal(text, quote)}`)).toEqual([[text]]);
        },
      ),
      { numRuns: 300 },
    ));

  it('gives a bound value back as it was, also inside arrays and structs', () =>
    fc.assert(
      fc.asyncProperty(
        anyText.filter(isWellFormed),
        anyText.filter(isWellFormed),
        async (text, other) => {
          const parameters: QueryParameter[] = [
            { name: 'a', type: { name: 'a', type: 'STRING' }, value: text },
            {
              name: 'b',
              type: { name: 'b', type: 'STRING', mode: 'REPEATED' },
              value: [other, null],
            },
            {
              name: 'c',
              type: { name: 'c', type: 'RECORD', fields: [{ name: 'x', type: 'STRING' }] },
              value: { x: text },
            },
          ];
          const sql = "SELECT @a, '$1 @a', ARRAY_LENGTH(@b), @b[OFFSET(0)], @c.x, CONCAT(@a, @a)";
          expect(await run(sql, { parameters })).toEqual([
            [text, '$1 @a', 2n, other, text, text + text],
          ]);
        },
      ),
      { numRuns: 200 },
    ));

  it('keeps a quoted name one name: of a column, an alias, a table', () =>
    fc.assert(
      fc.asyncProperty(
        anyText.filter(
          (text) =>
            isWellFormed(text) && text !== '' && !text.includes('\u0000') && !text.includes('.'),
        ),
        async (name) => {
          const quoted = literal(name, '`');
          const statement = await translateStatement(
            `SELECT ${quoted} AS x, s.${quoted} FROM d.${quoted} AS s`,
            contextOf({
              resolveTable: ({ tableId }) => ({
                relation: `(SELECT 7 AS ${quoteName(tableId)})`,
                schema: [{ name: tableId, type: 'INTEGER' }],
              }),
            }),
          ).catch((error: unknown) => error);
          // A wildcard within a name is a mistake.
          if (statement instanceof CloudError) {
            expect(statement.message).toMatch(/The wildcard|Duplicate column names/);
            return;
          }
          const { sql } = statement as { sql: string };
          const rows = (await connection.runAndReadAll(sql)).getRowsJS();
          expect(rows).toEqual([[7, 7]]);
        },
      ),
      { numRuns: 200 },
    ));

  const word = fc.constantFrom(
    ...'SELECT FROM WHERE GROUP BY ORDER HAVING QUALIFY WINDOW OVER PARTITION ROWS BETWEEN AND OR NOT IN UNNEST EXISTS CASE WHEN THEN ELSE END CAST AS INT64 STRING DATE ARRAY STRUCT < > ( ) [ ] , . * + - / = != || @p ? NULL TRUE 1 1.5 x y `z` LIMIT OFFSET WITH UNION ALL DISTINCT JOIN ON USING LEFT INTERVAL DAY EXTRACT SAFE. SUM COUNT ROW_NUMBER read_csv ATTACH COPY'.split(
      ' ',
    ),
    "'a'",
    "b'a'",
    ';',
    '--',
    '::',
    '$1',
    '{',
    ...Object.keys(functionTable),
  );

  it('answers any heap of words with an error of its own, never with one of DuckDB’s parser', () =>
    fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 14 }), async (words) => {
        await neverDuckDBs(words.join(' '));
      }),
      { numRuns: 3000 },
    ));

  it('answers a call of any function with any values likewise', () => {
    const value = fc.constantFrom(
      '1',
      '-1',
      '0',
      'NULL',
      "'a'",
      "''",
      "b'a'",
      '1.5',
      "NUMERIC '1.5'",
      "BIGNUMERIC '2'",
      'TRUE',
      "DATE '2024-02-29'",
      "TIMESTAMP '2024-02-29'",
      "DATETIME '2024-02-29'",
      "TIME '1:2:3'",
      '[1, 2]',
      "['a']",
      'STRUCT(1 AS a)',
      "JSON '{}'",
      'INTERVAL 1 DAY',
      'DAY',
      'MONTH',
      'x',
      "x || 'b'",
      '(SELECT 1)',
      'RAND()',
      '@p',
      'SUM(1)',
      '9223372036854775807',
      "CAST('nan' AS FLOAT64)",
    );
    return fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(functionTable)),
        fc.array(value, { maxLength: 4 }),
        fc.boolean(),
        async (name, values, isSafe) => {
          const call = `${isSafe ? 'SAFE.' : ''}${name}(${values.join(', ')})`;
          await neverDuckDBs(`SELECT ${call} FROM (SELECT 'ab' AS x)`);
        },
      ),
      { numRuns: 3000 },
    );
  });

  async function neverDuckDBs(sql: string): Promise<void> {
    const parameters: QueryParameter[] = [
      { name: 'p', type: { name: 'p', type: 'INTEGER' }, value: '3' },
    ];
    const statement = await translateStatement(sql, contextOf({ parameters })).catch(
      (error: unknown) => error,
    );
    if (statement instanceof Error) {
      expect({ sql, error: statement }).toEqual({ sql, error: expect.any(CloudError) });
      return;
    }
    const translated = statement as { kind: string; sql: string; parameters: string[] };
    expect(translated.kind).toBe('query');
    try {
      await connection.runAndReadAll(translated.sql, translated.parameters);
    } catch (error) {
      // What fails while it runs is BigQuery’s own failure, or one of values: never of names, syntax or types.
      expect({ sql, error: String((error as Error).message) }).toEqual({
        sql,
        error: expect.not.stringMatching(
          /^(Parser|Binder|Catalog|Internal|Not implemented(?! Error: Unknown TimeZone)) Error/,
        ),
      });
      expect(asQueryError(error)).toBeInstanceOf(CloudError);
    }
  }
});
