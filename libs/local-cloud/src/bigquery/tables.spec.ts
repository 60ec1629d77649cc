import { startTestBigQuery, type TestBigQuery } from './testing/with-bigquery.js';

const base = '/bigquery/v2/projects/outhaul-local';

describe('tables', () => {
  let bigquery: TestBigQuery;
  beforeAll(async () => {
    bigquery = await startTestBigQuery();
    await bigquery.call('POST', `${base}/datasets`, { datasetReference: { datasetId: 'd' } });
  });
  afterAll(() => bigquery.dispose());

  let nextTable = 0;
  /** Makes a table in dataset `d` and returns its path. */
  async function aTable(
    fields: readonly object[] = [
      { name: 'a', type: 'INTEGER' },
      { name: 'b', type: 'STRING' },
    ],
    more: object = {},
  ): Promise<{ path: string; tableId: string }> {
    const tableId = `t${nextTable++}`;
    const made = await bigquery.call('POST', `${base}/datasets/d/tables`, {
      tableReference: { projectId: 'outhaul-local', datasetId: 'd', tableId },
      schema: { fields },
      ...more,
    });
    expect(made.status).toBe(200);
    return { tableId, path: `${base}/datasets/d/tables/${tableId}` };
  }

  const insert = (path: string, rows: readonly object[], more: object = {}) =>
    bigquery.call('POST', `${path}/insertAll`, { rows: rows.map((json) => ({ json })), ...more });

  async function rowsOf(path: string, query = ''): Promise<unknown[]> {
    const { status, body } = await bigquery.call('GET', `${path}/data${query}`);
    expect({ status, body }).toMatchObject({ status: 200 });
    return (body['rows'] as { f: { v: unknown }[] }[]).map(({ f }) => f.map(({ v }) => v));
  }

  it('streams rows in and reads them back', async () => {
    const { path } = await aTable();
    expect(await insert(path, [{ a: 1, b: 'x' }, { a: '2' }])).toEqual({
      status: 200,
      body: { kind: 'bigquery#tableDataInsertAllResponse' },
    });
    expect(await rowsOf(path)).toEqual([
      ['1', 'x'],
      ['2', null],
    ]);
    const { body } = await bigquery.call('GET', path);
    // Two integers, and one text of one byte; NULL has no bytes.
    expect(body).toMatchObject({ numRows: '2', numBytes: String(8 + 8 + 2 + 1) });
  });

  it('tells which streamed rows do not fit, and inserts none of them', async () => {
    const { path } = await aTable([{ name: 'a', type: 'INTEGER', mode: 'REQUIRED' }]);
    const { body } = await insert(path, [{ a: 1 }, { a: 'x' }, {}, { a: 2, nope: 1 }]);
    expect(body['insertErrors']).toEqual([
      { index: 0, errors: [{ reason: 'stopped', message: '' }] },
      {
        index: 1,
        errors: [
          {
            reason: 'invalid',
            location: 'a',
            message: 'Cannot convert value to integer (bad value): x',
          },
        ],
      },
      {
        index: 2,
        errors: [{ reason: 'invalid', location: 'a', message: 'Missing required field: a.' }],
      },
      {
        index: 3,
        errors: [{ reason: 'invalid', location: 'nope', message: 'no such field: nope.' }],
      },
    ]);
    expect(await rowsOf(path)).toEqual([]);
  });

  it('takes a repeated insert id once', async () => {
    const { path } = await aTable();
    const request = { rows: [{ insertId: 'one', json: { a: 1 } }] };
    await bigquery.call('POST', `${path}/insertAll`, request);
    await bigquery.call('POST', `${path}/insertAll`, request);
    expect(await rowsOf(path)).toEqual([['1', null]]);
  });

  it('takes rows whose request was refused when they come again', async () => {
    const { path } = await aTable();
    const first = { insertId: 'first', json: { a: 1 } };
    const send = (a: unknown) =>
      bigquery.call('POST', `${path}/insertAll`, {
        rows: [first, { insertId: 'second', json: { a } }],
      });
    expect((await send('x')).body['insertErrors']).toHaveLength(2);
    expect((await send(2)).body['insertErrors']).toBeUndefined();
    expect(await rowsOf(path)).toEqual([
      ['1', null],
      ['2', null],
    ]);
  });

  it('matches streamed fields without regard to case', async () => {
    const { path } = await aTable([
      { name: 'a', type: 'INTEGER' },
      { name: 'r', type: 'RECORD', fields: [{ name: 'Inner', type: 'STRING' }] },
    ]);
    await insert(path, [{ A: 1, R: { INNER: 'x' } }]);
    expect(await rowsOf(path)).toEqual([['1', { f: [{ v: 'x' }] }]]);
  });

  it('keeps every type through a stream of rows', async () => {
    const { path } = await aTable([
      { name: 'ts', type: 'TIMESTAMP' },
      { name: 'd', type: 'DATE' },
      { name: 'n', type: 'NUMERIC' },
      { name: 'big', type: 'BIGNUMERIC' },
      { name: 'by', type: 'BYTES' },
      { name: 'j', type: 'JSON' },
      { name: 'r', type: 'RECORD', mode: 'REPEATED', fields: [{ name: 'x', type: 'FLOAT' }] },
    ]);
    await insert(path, [
      {
        ts: '2020-01-02 03:04:05.000006 UTC',
        d: '2020-01-02',
        n: '12.340',
        big: '0.00000000000000000000000000000000000001',
        by: 'AAE=',
        j: '{"k":[1]}',
        r: [{ x: 1.5 }, { x: 'NaN' }],
      },
    ]);
    expect(await rowsOf(path)).toEqual([
      [
        '1.577934245000006E9',
        '2020-01-02',
        '12.34',
        '0.00000000000000000000000000000000000001',
        'AAE=',
        '{"k":[1]}',
        [{ v: { f: [{ v: '1.5' }] } }, { v: { f: [{ v: 'NaN' }] } }],
      ],
    ]);
    expect(
      await rowsOf(path, '?selectedFields=ts,r.x&formatOptions.useInt64Timestamp=true'),
    ).toEqual([['1577934245000006', [{ v: { f: [{ v: '1.5' }] } }, { v: { f: [{ v: 'NaN' }] } }]]]);
  });

  it('pages through one state of the rows', async () => {
    const { path } = await aTable([{ name: 'a', type: 'INTEGER' }]);
    await insert(path, [{ a: 1 }, { a: 2 }, { a: 3 }]);
    const { body } = await bigquery.call('GET', `${path}/data?maxResults=2`);
    expect(body).toMatchObject({ totalRows: '3' });
    const token = String(body['pageToken']);
    expect(await rowsOf(path, `?maxResults=2&pageToken=${token}`)).toEqual([['3']]);
    await insert(path, [{ a: 4 }]);
    const stale = await bigquery.call('GET', `${path}/data?pageToken=${token}`);
    expect(stale.status).toBe(400);
  });

  it('reads the rows of an earlier instant', async () => {
    const { path } = await aTable([{ name: 'a', type: 'INTEGER' }]);
    await insert(path, [{ a: 1 }]);
    const { body } = await bigquery.call('GET', path);
    const instant = Number(body['lastModifiedTime']);
    await insert(path, [{ a: 2 }]);
    expect(await rowsOf(`${path}@${instant}`)).toEqual([['1']]);
    expect(await rowsOf(path)).toEqual([['1'], ['2']]);
    bigquery.clock.shiftMs = 8 * 24 * 3_600_000;
    const tooOld = await bigquery.call('GET', `${path}@${instant}/data`);
    bigquery.clock.shiftMs = 0;
    expect(tooOld.status).toBe(400);
  });

  it('reads one partition by its decorator', async () => {
    const { path } = await aTable(
      [
        { name: 'day', type: 'DATE' },
        { name: 'a', type: 'INTEGER' },
      ],
      { timePartitioning: { type: 'DAY', field: 'day' } },
    );
    await insert(path, [{ day: '2026-01-01', a: 1 }, { day: '2026-01-02', a: 2 }, { a: 3 }]);
    expect(await rowsOf(`${path}$20260102`)).toEqual([['2026-01-02', '2']]);
    expect(await rowsOf(`${path}$__NULL__`)).toEqual([[null, '3']]);
    expect((await bigquery.call('GET', `${path}$2026/data`)).body).toMatchObject({
      error: { message: expect.stringContaining('Invalid partition ID "2026"') as string },
    });
  });

  it('adds columns and changes properties, but takes nothing away', async () => {
    const { path } = await aTable();
    await insert(path, [{ a: 1, b: 'x' }]);
    const patched = await bigquery.call('PATCH', path, {
      description: 'Things',
      labels: { team: 'x' },
      schema: {
        fields: [
          { name: 'a', type: 'INTEGER' },
          { name: 'b', type: 'STRING' },
          { name: 'c', type: 'RECORD', fields: [{ name: 'd', type: 'DATE' }] },
        ],
      },
    });
    expect(patched).toMatchObject({
      status: 200,
      body: { description: 'Things', labels: { team: 'x' }, numRows: '1' },
    });
    expect(await rowsOf(path)).toEqual([['1', 'x', null]]);
    const refused = await bigquery.call('PATCH', path, {
      schema: { fields: [{ name: 'a', type: 'STRING' }] },
    });
    expect(refused).toMatchObject({ status: 400 });
    const stale = await fetch(bigquery.url + path, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', 'if-match': 'old' },
      body: '{"description":"y"}',
    });
    expect(stale.status).toBe(412);
  });

  it('lists with pages', async () => {
    await aTable();
    await aTable();
    const first = await bigquery.call('GET', `${base}/datasets/d/tables?maxResults=1`);
    expect(first.body['tables']).toHaveLength(1);
    const rest = await bigquery.call(
      'GET',
      `${base}/datasets/d/tables?maxResults=1000&pageToken=${String(first.body['nextPageToken'])}`,
    );
    expect((rest.body['tables'] as unknown[]).length + 1).toBe(first.body['totalItems']);
  });

  it.each([
    [
      'a table that is not there',
      'GET',
      '/datasets/d/tables/none',
      undefined,
      404,
      'Not found: Table outhaul-local:d.none',
    ],
    [
      'a dataset that is not there',
      'GET',
      '/datasets/none/tables/t',
      undefined,
      404,
      'Not found: Dataset outhaul-local:none',
    ],
    [
      'rows of a table that is not there',
      'GET',
      '/datasets/d/tables/none/data',
      undefined,
      404,
      'Not found: Table outhaul-local:d.none',
    ],
    [
      'a name with dots and slashes',
      'POST',
      '/datasets/d/tables',
      { tableReference: { datasetId: 'd', tableId: '../x' } },
      400,
      'Invalid table ID "../x"',
    ],
    [
      'a column twice',
      'POST',
      '/datasets/d/tables',
      {
        tableReference: { datasetId: 'd', tableId: 'twice' },
        schema: {
          fields: [
            { name: 'a', type: 'STRING' },
            { name: 'A', type: 'STRING' },
          ],
        },
      },
      400,
      'Duplicate column names',
    ],
    [
      'an unknown type',
      'POST',
      '/datasets/d/tables',
      {
        tableReference: { datasetId: 'd', tableId: 'odd' },
        schema: { fields: [{ name: 'a', type: 'POINT' }] },
      },
      400,
      'Invalid field type',
    ],
    [
      'a page size that is no number',
      'GET',
      '/datasets/d/tables?maxResults=-1',
      undefined,
      400,
      'Invalid value for maxResults',
    ],
    [
      'a forged page token',
      'GET',
      '/datasets/d/tables?pageToken=x',
      undefined,
      400,
      'Invalid value for pageToken',
    ],
  ])('refuses %s', async (_title, method, path, body, status, message) => {
    expect(await bigquery.call(method, base + path, body)).toMatchObject({
      status,
      body: { error: { code: status, message: expect.stringContaining(message) as string } },
    });
  });

  it('takes the first rows of a table that has stood empty, has grown a column and a restart', async () => {
    const { path, tableId } = await aTable();
    const madeMs = bigquery.clock.nowMs();
    bigquery = await bigquery.restart();
    expect(await rowsOf(path)).toEqual([]);
    const fields = ['a', 'b', 'c'].map((name) => ({
      name,
      type: name === 'a' ? 'INTEGER' : 'STRING',
    }));
    await bigquery.call('PATCH', path, { schema: { fields } });
    const sql = (more: string) =>
      bigquery.call('POST', `${base}/queries`, {
        query: `SELECT a, c FROM d.${tableId} ${more}`,
        useLegacySql: false,
      });
    expect((await sql('WHERE a > 0')).body).toMatchObject({ totalRows: '0' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await insert(path, [{ a: 1, c: 'z' }]);
    for (let restarts = 0; restarts < 2; restarts++) {
      expect((await sql('')).body['rows']).toEqual([{ f: [{ v: '1' }, { v: 'z' }] }]);
      expect(
        (await sql(`FOR SYSTEM_TIME AS OF TIMESTAMP_MILLIS(${madeMs + 1})`)).body,
      ).toMatchObject({ totalRows: '0' });
      bigquery = await bigquery.restart();
    }
  });

  it('keeps everything through a restart', async () => {
    const { tableId } = await aTable([{ name: 'a', type: 'INTEGER' }]);
    const path = `${base}/datasets/d/tables/${tableId}`;
    await insert(path, [{ a: 1 }]);
    const before = await bigquery.call('GET', path);
    bigquery = await bigquery.restart();
    expect(await bigquery.call('GET', path)).toEqual(before);
    expect(await rowsOf(path)).toEqual([['1']]);
  });
});
