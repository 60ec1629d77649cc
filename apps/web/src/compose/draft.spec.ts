import { type ExportRequest, type Field } from '@outhaul/api-client';
import {
  draftColumns,
  findPath,
  hasSameColumns,
  requestedColumns,
  takeApart,
  tidy,
  untouchedColumns,
} from './draft';

const aField = (name: string, more: Partial<Field> = {}): Field => ({
  name,
  type: 'STRING',
  mode: 'NULLABLE',
  ...more,
});
const customer = aField('customer', { type: 'STRUCT', fields: [aField('name'), aField('email')] });
const fields = [aField('id'), customer, aField('note')];

const table = (name: string, rest: object = {}) =>
  ({ type: 'table', dataset: 'shop', table: name, ...rest }) as const;

it('asks for no columns when nobody has touched them', () =>
  expect(requestedColumns(untouchedColumns(fields), fields)).toBeUndefined());

it('asks for the columns in their new order, without those left out', () => {
  const [id, , note] = untouchedColumns(fields);
  const columns = [note!, { ...customerDraft(), isIncluded: false }, { ...id!, as: 'number' }];
  expect(requestedColumns(columns, fields)).toEqual([
    { name: 'note' },
    { name: 'id', as: 'number' },
  ]);
});

it('reads back what it asked for', () => {
  const requested = [
    { name: 'note', mask: { kind: 'null' as const } },
    { name: 'customer.email', as: 'mail' },
  ];
  const columns = draftColumns(fields, requested);
  expect(columns.map(({ name, isIncluded }) => [name, isIncluded])).toEqual([
    ['note', true],
    ['customer.email', true],
    ['id', false],
  ]);
  expect(requestedColumns(columns, fields)).toEqual(requested);
});

it('forgets a column that the source does not have any more', () =>
  expect(draftColumns(fields, [{ name: 'gone' }]).every(({ isIncluded }) => !isIncluded)).toBe(
    true,
  ));

it('takes a struct apart in its place, with names that are unique', () => {
  const columns = untouchedColumns(fields);
  const taken = takeApart(columns, columns[1]!);
  expect(requestedColumns(taken, fields)).toEqual([
    { name: 'id' },
    { name: 'customer.name', as: 'customer_name' },
    { name: 'customer.email', as: 'customer_email' },
    { name: 'note' },
  ]);
});

it('finds a nested field in any case', () =>
  expect(findPath(fields, 'CUSTOMER.Email')?.name).toBe('email'));

it.each<[ExportRequest['source'], ExportRequest['source'], boolean]>([
  [table('orders'), table('orders', { partition: '20260101' }), true],
  [table('orders'), table('people'), false],
  [table('orders'), { type: 'query', sql: 'SELECT 1' }, false],
  [{ type: 'query', sql: 'SELECT 1' }, { type: 'query', sql: 'SELECT 2' }, true],
])('keeps conditions and order from %j to %j: %s', (from, to, isKept) =>
  expect(hasSameColumns(to, from)).toBe(isKept),
);

it('leaves out what is empty', () =>
  expect(
    tidy({
      source: { type: 'query', sql: 'SELECT 1' },
      format: 'csv',
      label: '',
      flatten: false,
      limit: undefined,
    }),
  ).toEqual({ source: { type: 'query', sql: 'SELECT 1' }, format: 'csv' }));

function customerDraft() {
  return { name: 'customer', field: customer, isIncluded: true };
}
