import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DuckDBInstance } from '@duckdb/node-api';

export const name = 'local-cloud';
const rows = Number(process.env.BENCH_ROWS ?? 10_000_000);
export const title = `The local cloud extracts ${rows.toLocaleString('en')} rows × 15 columns, beside DuckDB’s own COPY of the same data`;

const root = join(import.meta.dirname, '../..');
const rounds = 3;
const project = 'outhaul-local';
const bucket = 'outhaul-local-files';

/** What both write: whole numbers, doubles, decimals, texts, a truth value, a date and an instant. */
const select = `SELECT
  range AS id, (hash(range) % 1000000)::BIGINT AS customer, (range % 97)::BIGINT AS units, (hash(range, 1) % 5)::BIGINT AS rating,
  ((hash(range, 2) % 1000000) / 1000)::DOUBLE AS price, ((hash(range, 3) % 1000) / 1000)::DOUBLE AS discount,
  ((hash(range, 4) % 100000000) / 100)::DECIMAL(38, 9) AS amount, (range % 3 = 0) AS active,
  'customer-' || (hash(range) % 1000000) AS name, 'user' || (hash(range) % 1000000) || '@example.com' AS email,
  ['Lagos', 'Lima', 'Lyon', 'Łódź', 'Lübeck'][1 + (range % 5)] AS city, hex(hash(range, 5)) AS code,
  'note no. ' || (range % 1000) || ', of no importance' AS note,
  DATE '2020-01-01' + (range % 1500)::INTEGER AS born, make_timestamptz(1577836800000000 + range * 1000003) AS created
FROM range(${rows})`;

const kinds = [
  {
    what: 'Parquet',
    format: 'PARQUET',
    copy: 'FORMAT parquet, CODEC snappy',
    ending: 'parquet',
    atMost: 1.3,
    rounds,
  },
  { what: 'CSV', format: 'CSV', copy: 'FORMAT csv, HEADER', ending: 'csv', atMost: 1.5, rounds },
  {
    what: 'CSV, gzip',
    format: 'CSV',
    compression: 'GZIP',
    copy: 'FORMAT csv, HEADER, COMPRESSION gzip',
    ending: 'csv.gz',
    atMost: 0.25,
    rounds: 1,
  },
];

/** Ours and DuckDB's own by turns, with another client's `select 1` and the process's memory meanwhile. */
export async function run(report) {
  const folder = mkdtempSync(join(tmpdir(), 'outhaul-bench-'));
  const cloud = spawn(
    process.execPath,
    [
      join(root, 'dist/libs/local-cloud/main.mjs'),
      '--port',
      '0',
      '--data',
      join(folder, 'cloud'),
      '--no-samples',
      '--shard-bytes',
      String(256 * 1024 * 1024),
    ],
    { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  );
  const gone = once(cloud, 'exit');
  try {
    const [{ url }] = await Promise.race([
      once(cloud, 'message'),
      gone.then(() => {
        throw new Error('The local cloud did not start: run npm run build first.');
      }),
    ]);
    const database = await DuckDBInstance.create(join(folder, 'own.duckdb'), {
      memory_limit: '1GB',
    });
    const own = await database.connect();
    await own.run(`SET TimeZone = 'UTC'`);
    await own.run(`CREATE TABLE rows AS ${select}`);
    await own.run(`COPY rows TO '${join(folder, 'rows.parquet')}' (FORMAT parquet)`);
    await load(url, join(folder, 'rows.parquet'));
    rmSync(join(folder, 'rows.parquet'));

    const meanwhile = watch(url, cloud.pid);
    const stolenBefore = stolenSeconds();
    for (const kind of kinds) {
      const [ours, theirs] = [[], []];
      for (let round = 0; round < kind.rounds; round++) {
        const path = join(folder, `own.${kind.ending}`);
        theirs.push(await secondsOf(() => own.run(`COPY rows TO '${path}' (${kind.copy})`)));
        rmSync(path);
        await settle();
        meanwhile.isOn = true;
        ours.push(await secondsOf(() => extract(url, kind)));
        meanwhile.isOn = false;
        await empty(url);
        await settle();
      }
      report.rival(`extract to ${kind.what}`, ours, 'COPY', theirs, 's', kind.atMost);
    }
    const { latencies, peakMiB } = await meanwhile.end();
    const sorted = latencies.sort((a, b) => a - b);
    report.note('select 1 of another client, median', sorted[sorted.length >> 1], 'ms');
    report.note(
      `select 1, 99 of 100 of ${sorted.length}`,
      sorted[Math.floor(sorted.length * 0.99)],
      'ms',
    );
    report.limit('select 1 of another client, slowest', sorted.at(-1), 100, 'ms');
    report.limit('memory of the local cloud, highest', peakMiB, 1536, 'MiB');
    report.note('time that its host kept from this machine', stolenSeconds() - stolenBefore, 's');
    own.closeSync();
    database.closeSync();
  } finally {
    cloud.kill('SIGTERM');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What one has left for the disk to do (gigabytes to write, and then to free) is not in the way of the other. */
async function settle() {
  if (process.platform !== 'win32') spawnSync('sync');
  await new Promise((resolve) => setTimeout(resolve, 2_000));
}

async function secondsOf(work) {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

async function call(url, path, body, method = body ? 'POST' : 'GET') {
  const response = await fetch(url + path, {
    method,
    headers: { 'Content-Type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

async function load(url, file) {
  const response = await fetch(`${url}/_local/load?name=rows.parquet&table=bench.rows`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: Readable.toWeb(createReadStream(file)),
    duplex: 'half',
  });
  const answer = await response.text();
  if (!response.ok || JSON.parse(answer).rowCount !== rows) throw new Error(`load: ${answer}`);
}

/** An extract job from its insertion until it is DONE. */
async function extract(
  url,
  { format, compression = format === 'PARQUET' ? 'SNAPPY' : 'NONE', ending },
) {
  const jobs = `/bigquery/v2/projects/${project}/jobs`;
  const { jobReference } = await call(url, jobs, {
    configuration: {
      extract: {
        sourceTable: { projectId: project, datasetId: 'bench', tableId: 'rows' },
        destinationUris: [`gs://${bucket}/bench-*.${ending}`],
        destinationFormat: format,
        compression,
      },
    },
  });
  for (;;) {
    const { status } = await call(url, `${jobs}/${jobReference.jobId}`);
    if (status.errorResult) throw new Error(status.errorResult.message);
    if (status.state === 'DONE') return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function empty(url) {
  const { items = [] } = await call(url, `/storage/v1/b/${bucket}/o?prefix=bench-`);
  for (const item of items)
    await call(
      url,
      `/storage/v1/b/${bucket}/o/${encodeURIComponent(item.name)}`,
      undefined,
      'DELETE',
    );
}

/** Asks `select 1` all the time, so that nothing of the process lies idle; while it is on, its answers count. */
function watch(url, pid) {
  const seen = { isOn: false, latencies: [], peakMiB: 0 };
  let ended = false;
  const loop = (async () => {
    while (!ended) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const counts = seen.isOn;
      const startedAt = performance.now();
      const { jobComplete, rows: answer } = await call(
        url,
        `/bigquery/v2/projects/${project}/queries`,
        {
          query: 'select 1',
          useLegacySql: false,
        },
      );
      if (!jobComplete || answer?.[0]?.f[0].v !== '1') throw new Error('select 1 was not answered');
      if (!counts) continue;
      seen.latencies.push(performance.now() - startedAt);
      seen.peakMiB = Math.max(seen.peakMiB, memoryOf(pid));
    }
  })();
  return Object.assign(seen, {
    async end() {
      ended = true;
      await loop;
      return seen;
    },
  });
}

/** What the host of a virtual machine has kept from its cores: nothing that runs in it answers meanwhile. */
function stolenSeconds() {
  const file = '/proc/stat';
  if (!existsSync(file)) return 0;
  return Number(readFileSync(file, 'utf8').split('\n')[0].split(/\s+/)[8] ?? 0) / 100;
}

function memoryOf(pid) {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return 0;
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? 0) / 1024;
}
