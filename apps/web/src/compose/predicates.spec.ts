import { type Field } from '@outhaul/api-client';
import { type Predicate } from './draft';
import { comparisons, makePredicate, valueText } from './predicates';

const field = (type: Field['type']): Field => ({ name: 'x', type, mode: 'NULLABLE' });

it.each<[Predicate['is'], string, Field['type'], Predicate]>([
  ['=', '60', 'INT64', { column: 'x', is: '=', value: 60 }],
  ['=', '9223372036854775807', 'INT64', { column: 'x', is: '=', value: '9223372036854775807' }],
  ['=', '007', 'STRING', { column: 'x', is: '=', value: '007' }],
  ['in', 'a, b', 'STRING', { column: 'x', is: 'in', values: ['a', 'b'] }],
  ['between', '1 .. 9', 'INT64', { column: 'x', is: 'between', from: 1, to: 9 }],
  ['null', 'left over', 'STRING', { column: 'x', is: 'null' }],
  ['contains', ' a ', 'STRING', { column: 'x', is: 'contains', value: ' a ' }],
])('makes “%s %s” of a form over %s', (is, text, type, predicate) =>
  expect(makePredicate('x', is, text, field(type))).toEqual(predicate),
);

it.each<[Predicate, string]>([
  [{ column: 'x', is: '=', value: 60 }, '60'],
  [{ column: 'x', is: 'in', values: [1, 2] }, '1, 2'],
  [{ column: 'x', is: 'between', from: 1, to: 9 }, '1 .. 9'],
  [{ column: 'x', is: 'not-null' }, ''],
])('shows the value of %j', (predicate, text) => expect(valueText(predicate)).toBe(text));

it('offers comparisons that fit the type', () => {
  const names = (type: Field['type']) => comparisons(field(type)).map(({ is }) => is);
  expect(names('GEOGRAPHY')).toEqual(['null', 'not-null']);
  expect(names('BOOL')).not.toContain('<');
  expect(names('STRING')).toContain('contains');
  expect(names('INT64')).not.toContain('contains');
});
