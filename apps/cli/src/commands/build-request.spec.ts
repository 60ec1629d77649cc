import { buildRequest } from './build-request.js';
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

it('lays renames, casts and masks upon the chosen columns', () => {
  expect(
    buildRequest('shop.orders', {
      format: 'csv',
      columns: 'id,email,note',
      rename: ['id=order'],
      cast: ['id=string'],
      mask: ['email=keep-last:4', 'note=constant:a=b:c'],
      where: 'id > 5',
      orderBy: 'id:desc, email',
      sample: '1.5',
    }),
  ).toMatchObject({
    columns: [
      { name: 'id', as: 'order', cast: 'STRING' },
      { name: 'email', mask: { kind: 'keep-last', count: 4 } },
      { name: 'note', mask: { kind: 'constant', value: 'a=b:c' } },
    ],
    filter: { expression: 'id > 5' },
    orderBy: [{ column: 'id', descending: true }, { column: 'email' }],
    sample: { percent: 1.5 },
  });
});

it.each([
  [{ mask: ['email=sha256'] }, '--columns'],
  [{ columns: 'id', mask: ['email=sha256'] }, 'email is not among'],
  [{ columns: 'id', mask: ['id=blur'] }, 'no mask blur'],
  [{ columns: 'id', mask: ['id=constructor'] }, 'no mask constructor'],
  [{ columns: 'id', rename: ['id'] }, 'not COLUMN=VALUE'],
])('refuses %j', (options, said) => {
  expect(() => buildRequest('shop.orders', { format: 'csv', ...options })).toThrow(said);
});

it('takes a range of partitions, or those changed since', () => {
  const source = (options: object) => buildRequest('a.b', { format: 'csv', ...options }).source;
  expect(source({ partition: '20260101..20260131' })).toMatchObject({
    partition: { from: '20260101', to: '20260131' },
  });
  expect(source({ changedSince: '2026-01-01T00:00:00Z' })).toMatchObject({
    partition: { changedSince: '2026-01-01T00:00:00Z' },
  });
});

it('takes the options of spreadsheets, partitions and file sizes', () => {
  const flags = { escapeFormulas: true, partitionFolders: true, fileBytes: '5', rowsPerFile: '7' };
  expect(buildRequest('a.b', { format: 'csv', ...flags })).toMatchObject({
    csv: { escapeFormulas: true },
    partitionPrefix: true,
    targetFileBytes: 5,
    rowsPerFile: 7,
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
