import { CompletionContext } from '@codemirror/autocomplete';
import { EditorState } from '@codemirror/state';
import { completeSql, tablesIn } from './complete-sql';

const names = {
  tables: () => ['samples.flights', 'samples.airports'],
  columns: async (_: string, table: string) =>
    table === 'flights' ? [{ name: 'delay', type: 'INT64' }] : [],
};
const complete = async (doc: string) => {
  const at = doc.indexOf('|');
  const state = EditorState.create({ doc: doc.replace('|', '') });
  const result = await completeSql(names)(new CompletionContext(state, at, true));
  return { from: result?.from, labels: result?.options.map(({ label }) => label) ?? [] };
};

it.each(['SELECT * FROM |', 'SELECT * FROM `sam|', 'SELECT 1 FROM a JOIN samples.|'])(
  'offers tables in %s',
  async (doc) =>
    expect((await complete(doc)).labels).toEqual(['`samples.flights`', '`samples.airports`']),
);

it('puts the table in the place of what was typed', async () =>
  expect((await complete('SELECT * FROM `sam|')).from).toBe(14));

it('offers the columns of the tables that are named, then functions', async () => {
  const { labels } = await complete('SELECT de| FROM samples.flights');
  expect(labels[0]).toBe('delay');
  expect(labels).toContain('COUNT');
  expect((await complete('SELECT * FROM samples.flights WHERE d|')).labels[0]).toBe('delay');
});

it('finds the tables of a query once each, without their project', () =>
  expect(
    tablesIn('SELECT * FROM `p-1.a.b` JOIN c.d ON x JOIN a.b USING (y) WHERE z IN (SELECT 1)'),
  ).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]));
