import { AppError } from '@outhaul/core';
import { aBench, aRequest } from '@outhaul/core/testing';
import { type Log } from '../log.js';
import { makeLog } from '../telemetry/make-log.js';
import { enableContext } from '../telemetry/request-context.js';
import { CloudTaskQueue } from './task-queue.js';
import { TaskWorker } from './task-worker.js';

const quiet: Log = makeLog(
  { level: 'silent', projectId: 'p', service: 's', version: 'v' },
  () => undefined,
);

beforeAll(enableContext);

function aWorker() {
  const bench = aBench();
  const enqueued: [string, number][] = [];
  const lines: Record<string, unknown>[] = [];
  const worker = new TaskWorker({
    exporter: bench.exporter,
    records: bench.records,
    sets: bench.sets,
    queue: { enqueue: async (id, delay) => void enqueued.push([id, delay]) },
    log: makeLog({ level: 'info', projectId: 'p', service: 's', version: 'v' }, (line) =>
      lines.push(JSON.parse(line) as Record<string, unknown>),
    ),
    nowMs: bench.surroundings.nowMs,
  });
  /** An export whose owner has begun its job and gone. */
  const begun = async () => {
    const { id } = await bench.exporter.start(bench.owner, aRequest());
    await bench.exporter.advance(id, bench.owner);
    return id;
  };
  return { bench, worker, enqueued, lines, begun };
}

it('carries an export on to its end after its owner has begun it', async () => {
  const { worker, begun, bench } = aWorker();
  bench.warehouse.pollsUntilDone = 3;
  const id = await begun();
  let last = await worker.advance(id);
  for (let tasks = 0; last.state === 'running' && tasks < 10; tasks += 1)
    last = await worker.advance(id);
  expect(last.state).toBe('ended');
  expect((await bench.records.read(id)).value.outcome).toMatchObject({
    state: 'succeeded',
    rows: 7,
  });
});

it('asks for itself again while a job runs, less often the longer it runs', async () => {
  const { worker, begun, bench, enqueued } = aWorker();
  bench.warehouse.pollsUntilDone = 1_000;
  const id = await begun();
  for (const seconds of [0, 15, 45, 90, 3_600]) {
    bench.surroundings.now += seconds * 1_000;
    expect((await worker.advance(id)).state).toBe('running');
  }
  expect(enqueued).toEqual([1, 1, 4, 8, 16].map((delay) => [id, delay]));
});

it('leaves an export waiting that only its owner can begin, and asks for nothing', async () => {
  const { worker, bench, enqueued } = aWorker();
  const { id } = await bench.exporter.start(bench.owner, aRequest());
  expect((await worker.advance(id)).state).toBe('waiting');
  expect(enqueued).toEqual([]);
  expect(bench.warehouse.jobs.size).toBe(0);
});

it('answers a task for an export that is gone as done', async () => {
  const { worker } = aWorker();
  expect(await worker.advance('x0000000000000000000')).toEqual({ state: 'unknown', rounds: 1 });
});

it('takes up by its tick what has not ended, and nothing else', async () => {
  const { worker, begun, bench, enqueued } = aWorker();
  const running = await begun();
  const ended = await begun();
  while (!(await bench.exporter.advance(ended, bench.owner)).outcome);
  bench.surroundings.now += 60_000;
  expect(await worker.tick()).toMatchObject({ unfinished: 1, enqueued: 1, stuck: 0 });
  expect(enqueued).toEqual([[running, 0]]);
});

it('removes by its tick the files whose days are over', async () => {
  const { worker, bench } = aWorker();
  const { id } = await bench.exporter.start(bench.owner, { ...aRequest(), retentionDays: 1 });
  while (!(await bench.exporter.advance(id, bench.owner)).outcome);
  const { bucket, prefix } = (await bench.records.read(id)).value.plan.files;
  expect(await worker.tick()).toMatchObject({ swept: 0 });
  expect(await bench.files.list(bucket, prefix)).not.toEqual([]);
  bench.surroundings.now += 25 * 3_600_000;
  expect(await worker.tick()).toMatchObject({ swept: 1 });
  expect(await bench.files.list(bucket, prefix)).toEqual([]);
});

it('tells of an export that does not move, under the trace of its request', async () => {
  const { worker, bench, lines } = aWorker();
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const { id } = await bench.exporter.start(bench.owner, aRequest(), { traceId });
  bench.surroundings.now += 11 * 60_000;
  expect(await worker.tick()).toMatchObject({ stuck: 1, oldestMs: 11 * 60_000 });
  expect(lines).toContainEqual(
    expect.objectContaining({
      event: 'export.stuck',
      severity: 'WARNING',
      exportId: id,
      'logging.googleapis.com/trace': `projects/p/traces/${traceId}`,
    }),
  );
});

it('goes on past records that cannot be read, and tells of each by its name', async () => {
  const { worker, begun, bench, enqueued, lines } = aWorker();
  const [first, broken, last] = [await begun(), await begun(), await begun()];
  const { read } = bench.records;
  const page = await bench.records.list({});
  jest.spyOn(bench.records, 'read').mockImplementation(async (id) => {
    if (id !== broken) return read.call(bench.records, id);
    throw new AppError('record-unreadable', 'The record was written by another version.');
  });
  jest.spyOn(bench.records, 'list').mockResolvedValue({ ...page, unreadable: ['%zz'] });
  expect(await worker.tick()).toMatchObject({ enqueued: 2, unreadable: 2 });
  expect(enqueued.map(([id]) => id).sort()).toEqual([first, last].sort());
  for (const exportId of [broken, '%zz'])
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'record.unreadable', severity: 'WARNING', exportId }),
    );
  // Its task is done: to be called again would not help.
  expect(await worker.advance(broken)).toEqual({ state: 'unknown', rounds: 1 });
});

it('does not fail a tick when one export cannot be taken up', async () => {
  const { bench, begun } = aWorker();
  await begun();
  await begun();
  const worker = new TaskWorker({
    exporter: bench.exporter,
    records: bench.records,
    sets: bench.sets,
    queue: { enqueue: () => Promise.reject(new Error('the queue is paused')) },
    log: quiet,
    nowMs: bench.surroundings.nowMs,
  });
  expect(await worker.tick()).toMatchObject({ unfinished: 2 });
});

it('gives two chains of tasks for one export the same next task', async () => {
  const added: ({ name?: string; dueMs?: number } & { url: string })[] = [];
  let now = Date.parse('2026-03-01T12:00:00.100Z');
  const queue = new CloudTaskQueue(
    { add: async ({ url }, rest) => void added.push({ url, ...rest }) },
    { queue: 'q', account: 'a', audience: 'w', url: 'https://worker.example' },
    () => now,
  );
  await queue.enqueue('x1', 4);
  now += 1_200;
  await queue.enqueue('x1', 4);
  await queue.enqueue('x2', 4);
  await queue.enqueue('x1', 0);
  expect(added.map(({ url }) => url)).toEqual([
    'https://worker.example/internal/advance/x1',
    'https://worker.example/internal/advance/x1',
    'https://worker.example/internal/advance/x2',
    'https://worker.example/internal/advance/x1',
  ]);
  expect(added[1]).toEqual(added[0]);
  expect(added[2]?.name).not.toBe(added[0]?.name);
  expect(added[0]?.dueMs).toBe(Date.parse('2026-03-01T12:00:04Z'));
  expect(added[3]?.name).toBeUndefined();
});
