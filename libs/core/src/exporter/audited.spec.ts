import { AppError } from '../errors.js';
import { aBench, aRequest, runToEnd } from '../testing/index.js';

type Bench = ReturnType<typeof aBench>;

async function finished(retentionDays?: number) {
  const bench = aBench();
  const { id } = await bench.exporter.start(bench.owner, aRequest({ retentionDays }));
  await runToEnd(bench, id);
  bench.audit.length = 0;
  return { bench, id };
}

const seen = ({ audit }: Bench) =>
  audit.map(({ who, action, decision, outcome, reason, exportId, table }) => [
    who,
    action,
    decision,
    outcome,
    reason,
    exportId,
    table,
  ]);
const table = 'demo-project.shop.orders';
const unavailable = new AppError('upstream-unavailable', 'The bucket does not respond.');

describe('what is destroyed', () => {
  it('is on record before the first file goes, and what came of it afterwards', async () => {
    const { bench, id } = await finished();
    const remove = bench.files.remove.bind(bench.files);
    let before: unknown[] | undefined;
    bench.files.remove = async (bucket, name) => {
      before ??= seen(bench);
      return remove(bucket, name);
    };
    await bench.exporter.remove(bench.owner, id);
    const line = (outcome: string) => [
      'owner@example.com',
      'export.remove',
      'allow',
      outcome,
      undefined,
      id,
      table,
    ];
    expect(before).toEqual([line('pending')]);
    expect(seen(bench)).toEqual([line('pending'), line('done')]);
  });

  it('is on record as failed when the record cannot be removed after the files', async () => {
    const { bench, id } = await finished();
    bench.records.remove = () => Promise.reject(unavailable);
    await expect(bench.exporter.remove(bench.owner, id)).rejects.toBe(unavailable);
    expect(
      seen(bench).map(([, , decision, outcome, reason]) => [decision, outcome, reason]),
    ).toEqual([
      ['allow', 'pending', undefined],
      ['allow', 'failed', 'upstream-unavailable'],
    ]);
  });

  it('stays when the intent cannot be put on record', async () => {
    const { bench, id } = await finished();
    const { length } = await bench.files.list('files', '');
    bench.deps.audit.write = () => Promise.reject(unavailable);
    await expect(bench.exporter.remove(bench.owner, id)).rejects.toBe(unavailable);
    expect((await bench.files.list('files', '')).length).toBe(length);
  });

  it('by the end of its retention is on record, too', async () => {
    const { bench, id } = await finished(1);
    bench.surroundings.now += 2 * 24 * 3_600_000;
    await bench.exporter.sweep();
    const line = (outcome: string) => [
      'outhaul',
      'export.sweep',
      'allow',
      outcome,
      undefined,
      id,
      table,
    ];
    expect(seen(bench)).toEqual([line('pending'), line('done')]);
  });
});

it('puts on record what the outside world refused for a while', async () => {
  const bench = aBench();
  bench.warehouse.getTable = () => Promise.reject(unavailable);
  await expect(bench.exporter.plan(bench.owner, aRequest())).rejects.toBe(unavailable);
  expect(seen(bench).map(([, action, ...rest]) => [action, ...rest.slice(0, 3)])).toEqual([
    ['export.plan', 'deny', 'failed', 'upstream-unavailable'],
  ]);
});

it('names every table that a query or an expression reads, at plan and start and in the record', async () => {
  const bench = aBench();
  const hidden = { project: 'demo-project', dataset: 'hr', table: 'salaries' };
  bench.warehouse.queryTables = [hidden];
  const request = aRequest({ source: { type: 'query', sql: 'SELECT id FROM hr.salaries' } });
  await bench.exporter.plan(bench.owner, request);
  const { id, plan } = await bench.exporter.start(bench.owner, request);
  await bench.exporter.start(
    bench.owner,
    aRequest({ filter: { expression: 'id IN (SELECT id FROM hr.salaries)' } }),
  );
  expect(bench.audit.map(({ action, tables }) => [action, tables])).toEqual([
    ['export.plan', ['demo-project.hr.salaries']],
    ['export.start', ['demo-project.hr.salaries']],
    ['export.start', ['demo-project.shop.orders', 'demo-project.hr.salaries']],
  ]);
  expect(plan.source.tables).toEqual([hidden]);
  const { items } = await bench.exporter.list(bench.owner, {});
  expect(items.find((each) => each.id === id)).toMatchObject({ reads: 'demo-project.hr' });
});
