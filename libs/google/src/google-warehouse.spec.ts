import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { callerAuth } from './credentials.js';
import { GoogleWarehouse } from './google-warehouse.js';

/** Stands for BigQuery: gives one response after the other. */
let server: Server;
let warehouse: GoogleWarehouse;
let replies: { status?: number; headers?: Record<string, string>; body: object }[];
let calls: string[];
let sent: string;

beforeEach(async () => {
  calls = [];
  server = createServer((request, response) => {
    const { status = 200, headers, body } = replies.shift() ?? { body: {} };
    calls.push(`${request.method} ${request.url?.replace(/\?.*/, '')}`);
    sent = '';
    request.setEncoding('utf8').on('data', (text: string) => (sent += text));
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  warehouse = new GoogleWarehouse(callerAuth('a-token'), 'a-project', {
    bigquery: `http://127.0.0.1:${port}`,
  });
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const ref = { project: 'a-project', dataset: 'shop', table: 'orders' };
const tableReference = { projectId: 'a-project', datasetId: 'shop', tableId: 'orders' };
const date = 'Sun, 01 Mar 2026 11:59:30 GMT';

it('tells when Google has told of a table, by Google’s own clock', async () => {
  replies = [{ headers: { Date: date }, body: { tableReference, type: 'TABLE' } }];
  expect(await warehouse.getTable(ref)).toMatchObject({
    readAtMs: Date.parse('2026-03-01T11:59:30Z'),
    isIceberg: false,
  });
});

it('knows a managed Iceberg table by its place in a bucket', async () => {
  const biglakeConfiguration = { storageUri: 'gs://lake/orders', tableFormat: 'ICEBERG' };
  replies = [{ body: { tableReference, type: 'TABLE', biglakeConfiguration } }];
  expect(await warehouse.getTable(ref)).toMatchObject({ isIceberg: true });
});

it('reads how far back a dataset can be read: seven days when it does not say', async () => {
  replies = [{ body: { location: 'EU', maxTimeTravelHours: '48' } }, { body: { location: 'US' } }];
  expect(await warehouse.getDataset('a-project', 'short')).toEqual({
    location: 'EU',
    maxTimeTravelHours: 48,
  });
  expect(await warehouse.getDataset('a-project', 'usual')).toEqual({
    location: 'US',
    maxTimeTravelHours: 168,
  });
});

it('dates a dry run by the job, or by the response when the job has no time', async () => {
  const query = { project: 'a-project', sql: 'SELECT 1', parameters: [] };
  const jobReference = { projectId: 'a-project' };
  replies = [
    { headers: { Date: date }, body: { jobReference, statistics: { creationTime: '17' } } },
    { headers: { Date: date }, body: { jobReference, statistics: {} } },
  ];
  expect((await warehouse.dryRun(query)).atMs).toBe(17);
  expect((await warehouse.dryRun(query)).atMs).toBe(Date.parse('2026-03-01T11:59:30Z'));
});

const table = (rest: object = {}) => ({
  body: {
    tableReference,
    type: 'TABLE',
    schema: { fields: [{ name: 'id', type: 'INTEGER' }] },
    ...rest,
  },
});
const refusal = (message: string, status = 403) => ({
  status,
  body: {
    error: { code: status, message, errors: [{ reason: 'accessDenied', message }] },
  },
});
const path = '/bigquery/v2/projects/a-project';
const noJobs = refusal(
  'Access Denied: Project a-project: User does not have bigquery.jobs.create permission in project a-project.',
);
const partial = refusal(
  'Access Denied: Table a-project:shop.orders: User does not have full access for table a-project:shop.orders due to row access policies.',
);

describe('a table that the caller sees', () => {
  it('keeps Google’s words when its partitions are refused', async () => {
    replies = [noJobs, table()];
    await expect(warehouse.listPartitions(ref, 'a-project')).rejects.toMatchObject({
      code: 'permission-denied',
      message: noJobs.body.error.message,
      details: { permission: 'bigquery.jobs.create' },
    });
  });

  it('keeps them when an extract of one of its partitions is refused', async () => {
    const message =
      "VPC Service Controls: Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: abc";
    replies = [refusal(message), table()];
    const source = { ...ref, table: 'orders$20260101' };
    await expect(
      warehouse.ensureJob({
        project: 'a-project',
        location: 'US',
        id: 'job',
        labels: {},
        kind: 'extract',
        source,
        uris: ['gs://files/*'],
        format: 'csv',
        compression: 'none',
        header: true,
        delimiter: ',',
      }),
    ).rejects.toMatchObject({ code: 'permission-denied', message });
    expect(calls.at(-1)).toBe(`GET ${path}/datasets/shop/tables/orders`);
  });

  it('is previewed by a small query when the free call is refused', async () => {
    const schema = { fields: [{ name: 'id', type: 'INTEGER' }] };
    replies = [table(), partial, { body: { schema, rows: [{ f: [{ v: '7' }] }] } }];
    expect(await warehouse.previewRows(ref, { maxRows: 5 })).toEqual({ items: [['7']] });
    expect(JSON.parse(sent)).toMatchObject({
      query: 'SELECT `id` FROM `a-project`.`shop`.`orders` LIMIT 5',
      maximumBytesBilled: String(1024 ** 3),
    });
  });

  it('says what forbids the preview when a query is refused, too', async () => {
    replies = [table(), partial, noJobs];
    await expect(warehouse.previewRows(ref, { maxRows: 5 })).rejects.toMatchObject({
      code: 'permission-denied',
      message: partial.body.error.message,
    });
  });
});

it.each([403, 404])('tells nothing of a table that may not be seen (%d)', async (status) => {
  const hidden = [refusal('Permission denied on table secrets', 403), refusal('secrets', status)];
  const told = { code: 'table-not-found', message: expect.not.stringContaining('secrets') };
  replies = [...hidden];
  await expect(warehouse.listPartitions(ref, 'a-project')).rejects.toMatchObject(told);
  replies = [...hidden];
  await expect(warehouse.testTablePermissions(ref, ['x'])).rejects.toMatchObject(told);
  replies = [hidden[1] ?? partial];
  await expect(warehouse.previewRows(ref, { maxRows: 1 })).rejects.toMatchObject(told);
});

it('lists a partition once, whatever tiers its rows lie in', async () => {
  replies = [{ body: { jobComplete: true, rows: [] } }];
  await warehouse.listPartitions(ref, 'a-project');
  expect(JSON.parse(sent)).toMatchObject({
    query: expect.stringMatching(/SUM\(total_rows\)[^]*GROUP BY partition_id/),
  });
});
