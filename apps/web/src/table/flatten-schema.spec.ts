import { type Field } from '@outhaul/api-client';
import { flattenSchema, tagName, typeName } from './flatten-schema';

const aField = (field: Partial<Field>): Field => ({
  name: 'x',
  type: 'STRING',
  mode: 'NULLABLE',
  ...field,
});
const customer = aField({
  name: 'customer',
  type: 'STRUCT',
  fields: [aField({ name: 'email' }), aField({ name: 'tags', mode: 'REPEATED' })],
});

it('lists a tree with its paths and depths', () => {
  const rows = flattenSchema([aField({ name: 'id' }), customer]);
  expect(rows.map(({ path, depth }) => [path, depth])).toEqual([
    ['id', 0],
    ['customer', 0],
    ['customer.email', 1],
    ['customer.tags', 1],
  ]);
});

it('leaves out what is below a closed field', () =>
  expect(flattenSchema([customer], new Set(['customer'])).map(({ path }) => path)).toEqual([
    'customer',
  ]));

it.each([
  [aField({}), 'STRING'],
  [aField({ maxLength: 12 }), 'STRING(12)'],
  [aField({ type: 'NUMERIC', precision: 10, scale: 2 }), 'NUMERIC(10, 2)'],
  [aField({ type: 'NUMERIC', precision: 10 }), 'NUMERIC(10)'],
  [aField({ type: 'RANGE', rangeElementType: 'DATE' }), 'RANGE<DATE>'],
  [aField({ type: 'STRUCT', mode: 'REPEATED' }), 'ARRAY<STRUCT>'],
])('writes the type of %j as %s', (field, name) => expect(typeName(field)).toBe(name));

it('names a policy tag by its last part', () =>
  expect(tagName('projects/p/locations/us/taxonomies/1/policyTags/pii')).toBe('pii'));
