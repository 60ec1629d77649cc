import { type Field } from '@outhaul/api-client';
import { addOrder, orderPaths } from './order';

const field = (name: string, type: Field['type'], rest: Partial<Field> = {}): Field =>
  ({ name, type, mode: 'NULLABLE', ...rest }) as Field;
const fields = [
  field('id', 'INT64'),
  field('place', 'GEOGRAPHY'),
  field('doc', 'JSON'),
  field('who', 'STRUCT', {
    fields: [field('name', 'STRING'), field('tags', 'STRING', { mode: 'REPEATED' })],
  }),
  field('items', 'STRUCT', { mode: 'REPEATED', fields: [field('sku', 'STRING')] }),
];

it('orders by whole values only', () => expect(orderPaths(fields)).toEqual(['id', 'who.name']));

it('adds the first column that is not ordered by yet, at its end', () => {
  const once = addOrder([{ column: 'who.name', descending: true }], orderPaths(fields));
  expect(once).toEqual([{ column: 'who.name', descending: true }, { column: 'id' }]);
  expect(addOrder(once, orderPaths(fields))).toBe(once);
});

it('orders by no more columns than an export takes', () => {
  const many = Array.from({ length: 30 }, (_, at) => `c${at}`);
  let order = addOrder([], many);
  for (let more = 0; more < 40; more += 1) order = addOrder(order, many);
  expect(order).toHaveLength(20);
});
