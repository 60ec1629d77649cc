import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { callerAuth } from './credentials.js';
import { GoogleWarehouse } from './google-warehouse.js';

/** Stands for BigQuery: gives one response after the other. */
let server: Server;
let warehouse: GoogleWarehouse;
let replies: { headers?: Record<string, string>; body: object }[];

beforeEach(async () => {
  server = createServer((request, response) => {
    const { headers, body } = replies.shift() ?? { body: {} };
    request.resume();
    response.writeHead(200, { 'Content-Type': 'application/json', ...headers });
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
