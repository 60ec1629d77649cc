import { type ExportRequest } from '../request/export-request.js';
import { type Field } from '../schema.js';
import { aField, aRequest } from '../testing/builders.js';
import { compileRequest } from './compile-request.js';

const compile = (
  sql: string,
  fields: readonly Field[],
  rest: Partial<ExportRequest> = {},
  isStaged = false,
) =>
  compileRequest(
    aRequest({ source: { type: 'query', sql }, ...rest }),
    { fields },
    { instant: { ms: 0, demanded: false, shared: false }, isStaged },
  );
const id = aField('id', 'INT64');
const ordered = 'SELECT id FROM shop.orders ORDER BY id';

it('runs a query as it was written when nothing is changed, so that its order holds', () => {
  const { sql, warnings } = compile(ordered, [id]);
  expect([sql, warnings]).toEqual([ordered, []]);
});

it.each<[string, Partial<ExportRequest>, boolean]>([
  ['columns are chosen', { columns: [{ name: 'id', as: 'number' }] }, false],
  ['rows are filtered', { filter: { all: [{ column: 'id', is: '>', value: 1 }] } }, false],
  ['rows are limited', { limit: 5 }, false],
  ['rows go to a temporary table first', {}, true],
])('says that the order of the query is lost when %s', (_what, rest, isStaged) => {
  const { sql, warnings } = compile(ordered, [id], rest, isStaged);
  expect(sql).toContain('source_row');
  expect(warnings).toContainEqual(expect.objectContaining({ code: 'order-lost' }));
});

it.each([
  ['the request names an order', ordered, { orderBy: [{ column: 'id' }] }],
  [
    'only a window, an aggregate or a subquery is ordered',
    'SELECT ROW_NUMBER() OVER (ORDER BY id) AS id FROM (SELECT id FROM t ORDER BY id)',
    { limit: 5 },
  ],
])('says nothing of an order when %s', (_what, sql, rest) =>
  expect(compile(sql, [id], rest).warnings).toEqual([]),
);

it('gives columns without a name those of BigQuery’s own results', () => {
  const { sql, fields } = compile('SELECT COUNT(*), MAX(tags) FROM t -- all', [
    aField('f0_', 'INT64'),
    aField('f1_', 'STRING'),
  ]);
  expect(fields.map(({ name }) => name)).toEqual(['f0_', 'f1_']);
  expect(sql).toContain(
    '(SELECT CAST(NULL AS INT64) AS `f0_`, CAST(NULL AS STRING) AS `f1_` LIMIT 0)\nUNION ALL\n(\nSELECT COUNT(*), MAX(tags) FROM t -- all\n)',
  );
});
