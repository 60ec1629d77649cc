import { aField } from '../testing/builders.js';
import { type FieldType } from '../schema.js';
import { ParameterList } from './bind-value.js';

const bind = (value: string | number, type: FieldType) => {
  const list = new ParameterList();
  list.bind(value, aField('id', type), 'filter');
  return list.parameters[0]?.value;
};

// What JSON.parse makes of 9007199254740993 and of 0.12345678901234567.
it.each<[number, FieldType]>([
  [9_007_199_254_740_992, 'INT64'],
  [-9_007_199_254_740_992, 'INT64'],
  [9_007_199_254_740_992, 'NUMERIC'],
  [0.12345678901234568, 'NUMERIC'],
  [12_345_678_901.123457, 'BIGNUMERIC'],
])('refuses the number %p for %s, which may have been rounded on its way', (value, type) =>
  expect(() => bind(value, type)).toThrow(/may have been rounded.*as a text/),
);

it.each<[string | number, FieldType]>([
  ['9007199254740993', 'INT64'],
  [9_007_199_254_740_991, 'INT64'],
  ['0.12345678901234567', 'NUMERIC'],
  [0.1, 'NUMERIC'],
  [123_456.789, 'BIGNUMERIC'],
  [0.12345678901234568, 'FLOAT64'],
])('binds %p for %s as it is', (value, type) => expect(bind(value, type)).toBe(String(value)));
