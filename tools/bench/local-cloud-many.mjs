import { existsSync, readFileSync } from 'node:fs';
import { caller, LocalCloudProcess } from './local-cloud-process.mjs';

const count = Number(process.env.BENCH_COUNT ?? 100_000);

export const name = 'local-cloud-many';
export const title = `The local cloud with ${count.toLocaleString('en')} tables in a dataset and as many objects in a bucket`;

const project = '/bigquery/v2/projects/outhaul-local';
const tables = `${project}/datasets/many/tables`;
const objects = '/storage/v1/b/outhaul-local-files/o';
const clients = 64;

/** Makes them, lists them in pages of 1,000, and again after a restart; every name must come once and in order. */
export async function run(report) {
  const cloud = await LocalCloudProcess.start('--no-samples');
  try {
    const http = caller(cloud.url, clients);
    await http.json('POST', `${project}/datasets`, { datasetReference: { datasetId: 'many' } });
    report.note(
      'tables made in a second',
      count / (await secondsOf(() => each(http, makeTable))),
      '',
    );
    report.note(
      'objects made in a second',
      count / (await secondsOf(() => each(http, putObject))),
      '',
    );
    await list(report, http, 'before a restart');
    await http.close();
    await cloud.end();
    report.note('restart', await secondsOf(() => cloud.startAgain()), 's');
    const again = caller(cloud.url, clients);
    await list(report, again, 'after it');
    await again.close();
    report.limit('memory of the local cloud', memoryOf(cloud.pid), 1536, 'MiB');
  } finally {
    await cloud.stop();
  }
}

const nameOf = (index) => `n${String(index).padStart(7, '0')}`;

async function each(http, make) {
  let next = 0;
  const client = async () => {
    while (next < count) {
      const { status } = await make(http, nameOf(next++));
      if (status !== 200) throw new Error(`${make.name}: ${status}`);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
}

const makeTable = (http, tableId) =>
  http.json('POST', tables, {
    tableReference: { projectId: 'outhaul-local', datasetId: 'many', tableId },
    schema: { fields: [{ name: 'x', type: 'INTEGER' }] },
  });

const putObject = (http, object) =>
  http.call('POST', `/upload${objects}?uploadType=media&name=${object}`, 'x');

async function list(report, http, when) {
  for (const [what, path, namesOf] of [
    ['tables', tables, (page) => page.tables.map(({ tableReference }) => tableReference.tableId)],
    ['objects', objects, (page) => page.items.map(({ name: object }) => object)],
  ]) {
    const names = [];
    const pages = [];
    for (let token = ''; token !== undefined;) {
      const startedAt = performance.now();
      const { status, bytes } = await http.call(
        'GET',
        `${path}?maxResults=1000&pageToken=${encodeURIComponent(token)}`,
      );
      if (status !== 200) throw new Error(`list of ${what}: ${status}`);
      const page = JSON.parse(bytes);
      pages.push(performance.now() - startedAt);
      names.push(...namesOf(page));
      token = page.nextPageToken;
    }
    const wrong = names.length - count || names.findIndex((each, at) => each !== nameOf(at)) + 1;
    if (wrong !== 0) throw new Error(`the list of ${what} is not whole and in order`);
    report.limit(`slowest page of 1,000 ${what}, ${when}`, Math.max(...pages), 250, 'ms');
  }
}

async function secondsOf(work) {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

function memoryOf(pid) {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return 0;
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? 0) / 1024;
}
