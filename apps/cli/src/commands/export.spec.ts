import { buildRequest } from './export.js';
import { parseTableName } from './table-name.js';

it('makes the request that the flags say', () => {
  expect(
    buildRequest('my-project.shop.orders', {
      format: 'csv',
      columns: 'id, email',
      single: true,
      limit: '5',
      header: false,
      compression: 'gzip',
    }),
  ).toEqual({
    source: { type: 'table', project: 'my-project', dataset: 'shop', table: 'orders' },
    format: 'csv',
    compression: 'gzip',
    columns: [{ name: 'id' }, { name: 'email' }],
    shape: 'single',
    csv: { header: false },
    limit: 5,
  });
});

it('leaves out what was not asked for', () => {
  expect(buildRequest('shop.orders', { format: 'parquet' })).toEqual({
    source: { type: 'table', dataset: 'shop', table: 'orders' },
    format: 'parquet',
  });
});

it('takes a query instead of a table, and not both', () => {
  expect(buildRequest(undefined, { format: 'csv', query: 'SELECT 1' }).source).toEqual({
    type: 'query',
    sql: 'SELECT 1',
  });
  expect(() => buildRequest('a.b', { format: 'csv', query: 'SELECT 1' })).toThrow('not both');
  expect(() => buildRequest(undefined, { format: 'csv' })).toThrow('Name a table');
});

it.each([
  ['shop.orders', { dataset: 'shop', table: 'orders' }],
  ['my-project.shop.orders', { project: 'my-project', dataset: 'shop', table: 'orders' }],
  ['my-project:shop.orders', { project: 'my-project', dataset: 'shop', table: 'orders' }],
])('reads %s', (text, name) => expect(parseTableName(text)).toEqual(name));

it.each(['orders', '', 'a.b.c.d', 'shop.', '.orders'])('refuses %j as a table’s name', (text) => {
  expect(() => parseTableName(text)).toThrow('is not a table');
});
