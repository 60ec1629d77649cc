import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AlteringProxy, type Passing } from '../support/altering-proxy';
import { project, runKit } from '../support/conformance-kit';
import { directSettings } from '../support/direct-settings';
import { LocalCloudProcess } from '../support/local-cloud';
import { mintToken } from '../support/person';
import { runCli } from '../support/running-process';
import { checkExchange } from './check-exchange';
import { operations } from './operations';
import { PublishedTypes } from './published-types';

/** Every request of the product and every response of the local cloud, held against the types that Google publishes. */
const types = new PublishedTypes();
let cloud: LocalCloudProcess;
let proxy: AlteringProxy;
const faults = new Map<string, string>();
const seen = new Set<string>();

beforeAll(async () => {
  cloud = await LocalCloudProcess.start('--enforce', '--no-samples');
  proxy = await AlteringProxy.start(cloud.url, (passing: Passing) => {
    const checked = checkExchange(passing, types);
    if (checked.operation) seen.add(checked.operation.name);
    for (const fault of checked.faults)
      if (!faults.has(fault)) faults.set(fault, `${passing.method} ${passing.path}`);
  });
});
afterAll(async () => {
  proxy.stop();
  await cloud.stop();
});

it('finds what is not as published: an unknown field, another type, a number for an int64', () => {
  expect(
    types.faultsOf('bigquery', 'IJob', {
      statistics: { creationTime: 5, extract: { destinationUriFileCounts: ['1', 2] } },
      configuration: { labels: { a: 'b' }, query: { querry: 'SELECT 1', priority: 'INTERACTIVE' } },
      status: 'DONE',
    }),
  ).toEqual([
    { path: 'statistics.creationTime', fault: 'is a number instead of a string' },
    {
      path: 'statistics.extract.destinationUriFileCounts[]',
      fault: 'is a number instead of a string',
    },
    { path: 'configuration.query.querry', fault: 'is no published field' },
    { path: 'status', fault: 'is "DONE" instead of an object' },
  ]);
  expect(types.faultsOf('storage', 'Schema$Object', { size: 5, name: 'a' })).toEqual([
    { path: 'size', fault: 'is a number instead of a string' },
  ]);
});

it('finds nothing in what the command and the kit exchange with the local cloud', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outhaul-shapes-'));
  try {
    await load(
      'orders.csv',
      'shop.orders',
      'id,email,day\n1,a@b.example,2026-01-01\n2,,2026-01-02\n',
    );
    await load('items.csv', 'shop.items', 'id\n1\n2\n');
    const daily = `CREATE TABLE shop.daily PARTITION BY day AS SELECT DATE '2026-01-02' AS day, 1 AS id`;
    const query = { query: daily, useLegacySql: false };
    await asAdmin(`/bigquery/v2/projects/${project}/queries`, query);
    const settings = {
      ...(await directSettings(cloud.url)),
      OUTHAUL_BIGQUERY_ENDPOINT: proxy.url,
      OUTHAUL_STORAGE_ENDPOINT: proxy.url,
      XDG_CONFIG_HOME: folder,
      HOME: folder,
    };
    const outhaul = async (...args: string[]): Promise<void> => {
      const { code, stderr } = await runCli(['--direct', ...args], settings);
      expect({ args, code, stderr: code === 0 ? '' : stderr }).toEqual({
        args,
        code: 0,
        stderr: '',
      });
    };
    await outhaul('datasets');
    await outhaul('tables', 'shop');
    await outhaul('show', 'shop.orders');
    await outhaul('preview', 'shop.orders');
    const source = ['export', 'shop.orders', '--download', join(folder, 'files'), '--overwrite'];
    await outhaul(...source, '--format', 'csv');
    await outhaul(...source, '--format', 'csv', '--single', '--columns', 'id,day');
    await outhaul(...source, '--format', 'parquet', '--verify', 'fingerprint');
    await outhaul(...source, '--format', 'avro', '--columns', 'id,email', '--mask', 'email=null');
    await outhaul(...source, '--format', 'xlsx');
    await outhaul('export', '--dataset', 'shop', '--format', 'jsonl');
    await outhaul('export', 'shop.daily', '--format', 'csv', '--partition', '20260102');
    await runKit(cloud, [], proxy.url);
    expect([...faults].map(([fault, call]) => `${fault}   (${call})`)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 600_000);

it('has seen every call that is listed', () => {
  const unseen = operations.map(({ name }) => name).filter((name) => !seen.has(name));
  expect(unseen).toEqual([]);
});

async function load(name: string, table: string, text: string): Promise<void> {
  const dataset = { datasetReference: { projectId: project, datasetId: 'shop' } };
  await asAdmin(`/bigquery/v2/projects/${project}/datasets`, dataset);
  await asAdmin(`/_local/load?name=${name}&table=${table}`, text);
}

/** A call that is none of the product's, so it does not pass the proxy. */
async function asAdmin(path: string, body: object | string): Promise<void> {
  const isText = typeof body === 'string';
  const answer = await fetch(cloud.url + path, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${await mintToken(cloud.url, 'admin@outhaul.test')}`,
      'Content-Type': isText ? 'application/octet-stream' : 'application/json',
    },
    body: isText ? body : JSON.stringify(body),
  });
  if (!answer.ok && answer.status !== 409) throw new Error(`${path}: ${await answer.text()}`);
}
