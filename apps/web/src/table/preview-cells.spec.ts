import { cellText, columnWidths, edgesOf, isNumber } from './preview-cells';

it.each([
  [null, 'NULL'],
  ['two\nlines', 'two↵lines'],
  [['1', null], '["1",null]'],
  [{ a: 'x' }, '{"a":"x"}'],
  ['x'.repeat(301), `${'x'.repeat(300)}…`],
])('shows %j in one line', (cell, text) => expect(cellText(cell)).toBe(text));

it('makes a column as wide as its longest cell, within bounds', () => {
  const field = (name: string) => ({ name, type: 'STRING' as const, mode: 'NULLABLE' as const });
  expect(
    columnWidths({ fields: [field('a'), field('b')], rows: [['short', 'y'.repeat(500)]] }),
  ).toEqual([72, 320]);
});

it('adds widths up to edges', () => expect(edgesOf([10, 20, 30])).toEqual([0, 10, 30, 60]));

it('sets numbers flush right, lists of them not', () => {
  const numbers = { name: 'n', type: 'INT64' as const, mode: 'NULLABLE' as const };
  expect([isNumber(numbers), isNumber({ ...numbers, mode: 'REPEATED' })]).toEqual([true, false]);
});
