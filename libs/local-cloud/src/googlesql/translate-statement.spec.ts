import { CloudError } from '../http/cloud-error.js';
import { translateStatement } from './translate-statement.js';
import { type TranslateContext } from './translate.js';

const asked: string[] = [];

const context: TranslateContext = {
  defaultProject: 'p',
  parameters: [{ name: 'days', type: { name: 'days', type: 'INTEGER' }, value: '2' }],
  nowMs: 0,
  sessionUser: 'someone@example.com',
  resolveTable({ tableId }, asOfMs) {
    asked.push(`${tableId} ${asOfMs ?? 'now'}`);
    if (tableId === 'missing') throw new CloudError(404, 'notFound', 'Not found: Table missing');
    return { relation: `"${tableId}"`, schema: [{ name: 'a', type: 'INTEGER' }] };
  },
  evaluate: async () => 1_700_000_000_000_000,
};

beforeEach(() => {
  asked.length = 0;
});

it('asks for each table once, at its instant', async () => {
  const statement = await translateStatement(
    `SELECT COUNT(*) FROM d.one, d.two AS x, d.two AS y
     JOIN d.one FOR SYSTEM_TIME AS OF TIMESTAMP_TRUNC(TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL @days * 24 HOUR), DAY) AS z ON z.a = y.a`,
    context,
  );
  expect(asked).toEqual(['one now', 'two now', 'one 1700000000000']);
  expect(statement).toMatchObject({
    columns: [{ name: 'f0_', type: 'INTEGER', mode: 'NULLABLE' }],
    parameters: [],
  });
});

it('gives the columns of a query without running anything', async () => {
  const statement = await translateStatement(
    "SELECT a, [a] AS list, STRUCT(a AS x, DATE '2024-01-01' AS d) AS s, NUMERIC '1', @days FROM d.one",
    context,
  );
  expect(statement).toMatchObject({
    kind: 'query',
    columns: [
      { name: 'a', type: 'INTEGER', mode: 'NULLABLE' },
      { name: 'list', type: 'INTEGER', mode: 'REPEATED' },
      {
        name: 's',
        type: 'RECORD',
        fields: [
          { name: 'x', type: 'INTEGER' },
          { name: 'd', type: 'DATE' },
        ],
      },
      { name: 'f0_', type: 'NUMERIC' },
      { name: 'f1_', type: 'INTEGER' },
    ],
    parameters: ['2'],
  });
});

it('reads the options of EXPORT DATA', async () => {
  expect(
    await translateStatement(
      `EXPORT DATA OPTIONS(uri='gs://b/x-*.csv', format='CSV', overwrite=true, header=false, field_delimiter='\\t') AS
       SELECT a FROM d.one ORDER BY a`,
      context,
    ),
  ).toMatchObject({
    kind: 'export-data',
    ordered: true,
    options: {
      uri: 'gs://b/x-*.csv',
      format: 'CSV',
      overwrite: true,
      header: false,
      field_delimiter: '\t',
    },
  });
});

it.each([
  ['SELECT * FROM d.one_*', 400, /Syntax error/],
  ['SELECT a FROM d.missing', 404, /Not found: Table missing/],
  ['SELECT\n  b FROM d.one', 400, /^Unrecognized name: b at \[2:3\]$/],
  ['SELECT aa.a FROM d.one', 400, /Unrecognized name: aa at \[1:8\]/],
  ['SELECT * FROM `d.one_*_two`', 400, /Invalid table name/],
  ['FROM d.one |> WHERE a > 1', 501, /pipe syntax/],
  ['BEGIN SELECT 1; END', 501, /scripting \(BEGIN\)/],
  ['SELECT 1; SELECT 2', 400, /Expected end of input but got keyword SELECT at \[1:11\]/],
  ['SELECT NO_SUCH(1)', 400, /Function not found: NO_SUCH at \[1:8\]/],
  ['SELECT ST_AREA(a) FROM d.one', 501, /the function ST_AREA/],
  [`SELECT ${'('.repeat(500_000)}`, 400, /too complex/],
  [`SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)}`, 400, /too complex/],
  [`SELECT '${'x'.repeat(1_100_000)}'`, 400, /too large/],
])('refuses %.60s', async (sql, status, message) => {
  await expect(translateStatement(sql, context)).rejects.toMatchObject({
    status,
    message: expect.stringMatching(message),
  });
});
