import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Storage } from '@google-cloud/storage';
import { isAppError } from '@outhaul/core';
import { aBench, aField, aRequest, aTable, runToEnd, yardstickMs } from '@outhaul/core/testing';
import { GoogleFileStore, GoogleRecordStore, serviceAuth } from '@outhaul/google';
import { type LocalCloud, startLocalCloud } from '@outhaul/local-cloud';
import { mutate, seeded } from './mutate.js';

/** Files and records that someone else has made: each ends as a number of rows, or is refused as what it is. */
const project = 'outhaul-local';
const bucket = 'outhaul-local-files';
const records = 'outhaul-local-records';
/** 100 ms, or on a slow machine what a quarter of matching 1 MB of text takes. */
const longestStallMs = Math.max(100, yardstickMs() / 4);
const each = Number(process.env['OUTHAUL_MALFORMED'] ?? 500);
const dataDir = mkdtempSync(join(tmpdir(), 'outhaul-malformed-'));
let cloud: LocalCloud;
let store: GoogleFileStore;
let objects: Storage;

beforeAll(async () => {
  cloud = await startLocalCloud({ dataDir });
  await fetch(`${cloud.url}/bigquery/v2/projects/${project}/datasets`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ datasetReference: { projectId: project, datasetId: 'shop' } }),
  });
  const auth = serviceAuth(join(dataDir, 'service-account.json'));
  store = new GoogleFileStore(auth, project, { storage: cloud.url });
  objects = new Storage({
    projectId: project,
    apiEndpoint: cloud.url,
    authClient: auth as never,
  });
  const lines = Array.from({ length: 2_000 }, (_, at) => `${at},name ${at},2026-01-02`);
  const loaded = await fetch(`${cloud.url}/_local/load?name=orders.csv&table=shop.orders`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: ['id,name,day', ...lines].join('\n'),
  });
  expect(loaded.status).toBe(200);
});
afterAll(async () => {
  await cloud.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The longest that this thread has computed without letting others have their turn, and its heap at most. */
async function watched(work: () => Promise<void>): Promise<{ stallMs: number; heapMb: number }> {
  let isOver = false;
  let [stallMs, heapMb] = [0, 0];
  const watching = (async () => {
    let before = process.threadCpuUsage();
    for (let turns = 0; !isOver; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      const { user, system } = process.threadCpuUsage(before);
      before = process.threadCpuUsage();
      stallMs = Math.max(stallMs, (user + system) / 1_000);
      if (turns % 100 === 0) heapMb = Math.max(heapMb, process.memoryUsage().heapUsed / 2 ** 20);
    }
  })();
  try {
    await work();
  } finally {
    isOver = true;
    await watching;
  }
  return { stallMs, heapMb };
}

async function exported(format: 'PARQUET' | 'AVRO'): Promise<Buffer> {
  const name = `good.${format.toLowerCase()}`;
  const response = await fetch(`${cloud.url}/bigquery/v2/projects/${project}/jobs`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      configuration: {
        extract: {
          sourceTable: { projectId: project, datasetId: 'shop', tableId: 'orders' },
          destinationUris: [`gs://${bucket}/${name}`],
          destinationFormat: format,
        },
      },
    }),
  });
  expect(response.status).toBe(200);
  const file = objects.bucket(bucket).file(name);
  for (let looks = 0; looks < 200 && !(await file.exists())[0]; looks += 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
  return (await file.download())[0];
}

it.each(['parquet', 'avro'] as const)('counts or refuses malformed %s files', async (format) => {
  const good = await exported(format === 'parquet' ? 'PARQUET' : 'AVRO');
  const random = seeded(format.length);
  const bomb = Buffer.from(`19${'f980808010'.repeat(40)}${'c9000000'}50415231`, 'hex');
  const outcomes = { counted: 0, refused: 0 };
  const start = process.memoryUsage().heapUsed / 2 ** 20;
  const found = await watched(async () => {
    for (let at = 0; at < each; at += 1) {
      const bytes = at === 0 ? Buffer.concat([Buffer.from('PAR1'), bomb]) : mutate(good, random);
      const file = await store.put(bucket, `hostile-${at}.${format}`, bytes, 'application/x');
      const rows = await store.countRows(file, format).catch((error: unknown) => error);
      if (typeof rows === 'number' && Number.isSafeInteger(rows) && rows >= 0)
        outcomes.counted += 1;
      else if (isAppError(rows, 'verification-failed')) outcomes.refused += 1;
      else throw rows;
    }
  });
  expect(outcomes.refused).toBeGreaterThan(each / 10);
  expect(found.stallMs).toBeLessThan(longestStallMs);
  expect(found.heapMb - start).toBeLessThan(256);
});

it('turns malformed JSON lines into rows or refuses them', async () => {
  const random = seeded(3);
  const line = (id: number) => JSON.stringify({ id: String(id), name: `row "${id}" ü` });
  const good = Buffer.from([1, 2, 3].map(line).join('\n'));
  const outcomes: Record<string, number> = {};
  const found = await watched(async () => {
    for (let at = 0; at < each; at += 1) {
      // The fakes never wait: each file is measured alone.
      await new Promise((resolve) => setImmediate(resolve));
      const lines = mutate(good, random).toString('utf8').split('\n');
      const fields = [aField('id', 'INT64'), aField('name')];
      const bench = aBench(aTable({ fields, rowCount: lines.length }), lines);
      const { id } = await bench.exporter.start(bench.owner, aRequest({ format: 'xlsx' }));
      const { outcome } = await runToEnd(bench, id);
      const code = outcome?.state === 'failed' ? outcome.error.code : (outcome?.state ?? 'none');
      outcomes[code] = (outcomes[code] ?? 0) + 1;
    }
  });
  const kinds = ['succeeded', 'verification-failed', 'type-unsupported'];
  expect(kinds).toEqual(expect.arrayContaining(Object.keys(outcomes)));
  expect(found.stallMs).toBeLessThan(longestStallMs);
});

it('reads or refuses malformed records, and lists the others', async () => {
  const random = seeded(4);
  const auth = serviceAuth(join(dataDir, 'service-account.json'));
  const versioned = new GoogleRecordStore(auth, project, records, { storage: cloud.url });
  const bench = aBench();
  const record = await bench.exporter.start(bench.owner, aRequest());
  const idOf = (at: number) => `x${String(at).padStart(19, '0')}`;
  const outcomes: Record<string, number> = {};
  const found = await watched(async () => {
    for (let at = 0; at < each; at += 1) {
      const text = JSON.stringify({ ...record, id: idOf(at) });
      const bytes = mutate(Buffer.from(text), random);
      const hostile = mutate(Buffer.from('running'), random).toString('latin1', 0, 40);
      await objects
        .bucket(records)
        .file(`exports/${idOf(at)}.json`)
        .save(bytes, {
          resumable: false,
          metadata: { metadata: { id: idOf(at), owner: '%zz', state: hostile } },
        });
      const read = await versioned.read(idOf(at)).then(
        () => 'read',
        (error: { code?: string }) => error.code ?? 'unknown',
      );
      outcomes[read] = (outcomes[read] ?? 0) + 1;
    }
    await versioned.create({ ...record, id: idOf(each) });
    const page = await versioned.list({});
    expect(page.items.map(({ id }) => id)).toEqual([idOf(each)]);
    expect(page.unreadable).toHaveLength(each);
  });
  expect(['read', 'record-unreadable']).toEqual(expect.arrayContaining(Object.keys(outcomes)));
  expect(found.stallMs).toBeLessThan(longestStallMs);
});
