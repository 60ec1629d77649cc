import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bareExport } from './bare-export.mjs';
import { median } from './report.mjs';

export const name = 'engine';
export const title =
  'Engine: what Outhaul adds to BigQuery’s own time, planning, and lists of 10,000 exports';

const root = join(import.meta.dirname, '../..');
const rounds = 7;

export async function run(report) {
  const folder = mkdtempSync(join(tmpdir(), 'outhaul-bench-engine-'));
  try {
    await planning(report, folder);
    await withService(folder, async (api, cloud) => {
      await overhead(report, api, cloud, 'few files', { table: 'airports', format: 'parquet' });
      await overhead(report, api, cloud, 'many files', { table: 'flights', format: 'parquet' });
      await overhead(report, api, cloud, 'one CSV of many parts', {
        table: 'flights',
        format: 'csv',
        shape: 'single',
      });
      await lists(report, api, cloud);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `compileRequest` and `planExport` together, over a table of 200 columns with masks and filters. */
async function planning(report, folder) {
  const outfile = join(folder, 'core.mjs');
  await build({
    entryPoints: [join(root, 'libs/core/src/index.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
  });
  const { compileRequest, planExport, makeExportId } = await import(pathToFileURL(outfile).href);
  const fields = Array.from({ length: 200 }, (_, at) => ({
    name: `column_${at}`,
    type: ['STRING', 'INT64', 'DATE', 'NUMERIC'][at % 4],
    mode: 'NULLABLE',
  }));
  const nowMs = Date.now();
  const table = {
    ref: { project: 'a-project', dataset: 'shop', table: 'orders' },
    kind: 'table',
    fields,
    location: 'US',
    etag: 'e',
    createdMs: 1,
    modifiedMs: 2,
    rowCount: 1e9,
    sizeBytes: 1e12,
    hasStreamingBuffer: false,
    isIceberg: false,
    readAtMs: nowMs,
  };
  const request = {
    source: { type: 'table', dataset: 'shop', table: 'orders' },
    format: 'csv',
    columns: fields.map(({ name: column }, at) => ({
      name: column,
      ...(at % 8 === 0 ? { mask: { kind: 'keep-last', count: 2 } } : {}),
    })),
    filter: { all: [{ column: 'column_1', is: '>', value: 5 }] },
    fileName: '{table}-{date}-{part}-of-{of}',
  };
  const id = makeExportId(nowMs, new Uint8Array(10));
  const facts = { table, queryBytes: 1e9, location: 'US', bucketLocation: 'US', rowPolicies: 0 };
  const settings = {
    bucket: 'files',
    billingProject: 'a-project',
    pricePerTib: 6.25,
    currency: 'USD',
  };
  const samples = Array.from({ length: 300 }, () => {
    const startedAt = performance.now();
    const compiled = compileRequest(
      request,
      { table, canPin: true, rowPolicies: 0 },
      { instant: { ms: nowMs, demanded: false, shared: false }, maskKey: 'k' },
    );
    planExport(id, request, compiled, facts, settings);
    return performance.now() - startedAt;
  });
  report.limit('plan of 200 columns (median of 300)', samples.slice(100), 1, 'ms');
}

/** From the end of BigQuery's job, by its own statistics, to the sealed export, beside the bare calls of the same work. */
async function overhead(report, api, cloud, what, { table, ...options }) {
  const over = [];
  const bare = [];
  let files = 0;
  for (let round = 0; round < rounds; round += 1) {
    const { id } = await json(`${api}/api/v1/export`, {
      ...options,
      source: { type: 'table', dataset: 'samples', table },
    });
    let state;
    do {
      await new Promise((resolve) => setTimeout(resolve, 200));
      state = await json(`${api}/api/v1/status/${id}`);
    } while (!state.outcome);
    if (state.outcome.state !== 'succeeded') throw new Error(JSON.stringify(state.outcome));
    const job = await json(
      `${cloud}/bigquery/v2/projects/outhaul-local/jobs/outhaul_${id}_extract_1?location=US`,
    );
    files = state.steps[0].progress.files;
    over.push(Date.parse(state.outcome.at) - Number(job.statistics.endTime));
    bare.push(await bareExport(cloud, { table, ...options }));
  }
  report.rival(`DONE to sealed, ${what} (${files})`, over, 'bare calls', bare, 'ms', 3);
}

async function lists(report, api, cloud) {
  const count = 10_000;
  let next = 0;
  const startedAt = performance.now();
  const lane = async () => {
    for (let at = next++; at < count; at = next++) await putRecord(cloud, at);
  };
  await Promise.all(Array.from({ length: 32 }, lane));
  report.note('records written', count / ((performance.now() - startedAt) / 1_000), '/s');
  const time = async (query, expected) => {
    const samples = [];
    for (let round = 0; round < rounds; round += 1) {
      const began = performance.now();
      const { items } = await json(`${api}/api/v1/export?owner=all&${query}`);
      samples.push(performance.now() - began);
      if (items.length !== expected) throw new Error(`${query}: ${items.length} items`);
    }
    return samples;
  };
  report.limit(
    '10,000 records, 100 of them by state',
    await time('state=failed&pageSize=1000', 100),
    300,
    'ms',
  );
  report.limit('10,000 records, one by text', await time('search=needle', 1), 300, 'ms');
  report.note('the first page of 100', median(await time('pageSize=100', 100)), 'ms');
}

/** One record as the service would have written it, as far as a list reads it. */
async function putRecord(cloud, at) {
  const id = `x${(36 ** 9 - 1 - at).toString(36).padStart(9, '0')}${String(at).padStart(10, '0')}`;
  const metadata = {
    id,
    owner: encodeURIComponent(`someone${at % 20}@example.com`),
    state: at % 100 === 7 ? 'failed' : 'succeeded',
    createdAt: encodeURIComponent(new Date(1_700_000_000_000 + at).toISOString()),
    source: at === 4_321 ? 'shop.needle' : 'shop.orders',
    format: 'parquet',
    rows: '1000',
    files: '3',
    bytes: '123456',
    billingProject: 'outhaul-local',
  };
  const boundary = 'outhaul-bench';
  const body = [
    `--${boundary}`,
    'Content-Type: application/json',
    '',
    JSON.stringify({ name: `exports/${id}.json`, metadata }),
    `--${boundary}`,
    'Content-Type: application/json',
    '',
    '{}',
    `--${boundary}--`,
    '',
  ].join('\r\n');
  const answer = await fetch(
    `${cloud}/upload/storage/v1/b/outhaul-local-records/o?uploadType=multipart`,
    {
      method: 'POST',
      headers: { 'Content-Type': `multipart/related; boundary=${boundary}` },
      body,
    },
  );
  if (!answer.ok) throw new Error(await answer.text());
}

async function withService(folder, use) {
  const data = join(folder, 'cloud');
  const cloud = start('dist/libs/local-cloud/main.mjs', [
    '--port',
    '0',
    '--data',
    data,
    '--shard-bytes',
    '500000',
    '--write-limit',
  ]);
  let api;
  try {
    const [{ url }] = await once(cloud, 'message');
    api = start('dist/apps/api/main.mjs', [], {
      PORT: '0',
      OUTHAUL_PROJECT: 'outhaul-local',
      OUTHAUL_FILES_BUCKETS: 'outhaul-local-files',
      OUTHAUL_AUTH: 'service-account',
      OUTHAUL_RECORDS_BUCKET: 'outhaul-local-records',
      OUTHAUL_BIGQUERY_ENDPOINT: url,
      OUTHAUL_STORAGE_ENDPOINT: url,
      OUTHAUL_CREDENTIALS_FILE: join(data, 'service-account.json'),
      OUTHAUL_LOG_LEVEL: 'error',
    });
    const [{ port }] = await once(api, 'message');
    await use(`http://127.0.0.1:${port}`, url);
  } finally {
    if (api) await end(api);
    await end(cloud);
  }
}

function start(file, args, env = {}) {
  return spawn(process.execPath, [join(root, file), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

async function end(child) {
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

async function json(url, body) {
  const answer = await fetch(url, {
    method: body ? 'POST' : 'GET',
    headers: { 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url}: ${await answer.text()}`);
  return answer.json();
}
