import { AppError } from '../errors.js';
import { aBench, aTable, type Bench } from '../testing/index.js';
import { matches } from './choose-tables.js';

const tables = ['orders', 'orders_old', 'people', 'visits'];

function aShop(): Bench {
  const bench = aBench();
  for (const table of tables) {
    const ref = { project: 'demo-project', dataset: 'shop', table };
    bench.warehouse.add(aTable({ ref, rowCount: 4 }), ['a', 'b', 'c', 'd']);
  }
  const view = { project: 'demo-project', dataset: 'shop', table: 'a_view' };
  bench.warehouse.add(aTable({ ref: view, kind: 'view', rowCount: undefined }), ['a']);
  return bench;
}

const aSet = (rest: object = {}) => ({ dataset: 'shop', options: { format: 'parquet' }, ...rest });

async function untilEnded(bench: Bench, id: string, caller = bench.owner) {
  for (let calls = 0; calls < 200; calls += 1) {
    const record = await bench.exporter.sets.advance(id, caller);
    if (record.outcome) return record;
    bench.surroundings.now += 10_000;
  }
  throw new Error(`set ${id} did not end`);
}

describe('a set of exports', () => {
  it('exports every table of a dataset at one instant, with a manifest of manifests', async () => {
    const bench = aShop();
    const { id, asOf } = await bench.exporter.sets.start(bench.owner, aSet());
    const ended = await untilEnded(bench, id);
    expect(ended.outcome).toMatchObject({ state: 'succeeded' });
    expect(ended.members.map(({ table, state, rows }) => [table.table, state, rows])).toEqual(
      tables.map((table) => [table, 'succeeded', 4]),
    );
    const extracted = [...bench.warehouse.jobs.values()].map(({ spec }) =>
      spec.kind === 'extract' ? spec.source.table : '',
    );
    expect(extracted.toSorted()).toEqual(tables.map((table) => `${table}@${Date.parse(asOf)}`));
    const manifest = await bench.exporter.sets.manifest(bench.owner, id);
    expect(manifest).toMatchObject({
      asOf,
      totals: { tables: 4, succeeded: 4, failed: 0, rows: 16 },
      tables: [
        { table: 'demo-project.shop.orders', rows: 4, manifestCrc32c: expect.any(String) },
        {},
        {},
        {},
      ],
    });
    const listed = await bench.exporter.list(bench.owner, { set: id });
    expect(listed.items).toHaveLength(4);
  });

  it('takes the tables that match, without those left out', async () => {
    const bench = aShop();
    const { members } = await bench.exporter.sets.start(
      bench.owner,
      aSet({ pattern: '*r*s*', exclude: ['*_old'], kinds: ['table', 'view'] }),
    );
    expect(members.map(({ table }) => table.table)).toEqual(['orders']);
  });

  it('reads a view as it is, since it has no past', async () => {
    const bench = aShop();
    const { id } = await bench.exporter.sets.start(
      bench.owner,
      aSet({
        tables: [
          { dataset: 'shop', table: 'a_view' },
          { dataset: 'shop', table: 'people' },
        ],
        dataset: undefined,
      }),
    );
    expect((await untilEnded(bench, id)).members.map(({ state }) => state)).toEqual([
      'succeeded',
      'succeeded',
    ]);
  });

  it('runs no more tables at a time than asked for', async () => {
    const bench = aShop();
    bench.warehouse.pollsUntilDone = 3;
    const { id } = await bench.exporter.sets.start(bench.owner, aSet({ concurrency: 2 }));
    for (let seen = 0; seen < 60; seen += 1) {
      const { members, outcome } = await bench.exporter.sets.advance(id, bench.owner);
      expect(members.filter(({ state }) => state === 'running').length).toBeLessThanOrEqual(2);
      if (outcome) return;
      bench.surroundings.now += 10_000;
    }
    throw new Error('it did not end');
  });

  it('ends by itself once all its tables were started, however many they are', async () => {
    const bench = aShop();
    const many = Array.from({ length: 50 }, (_, index) => `part_${index}`);
    for (const table of many)
      bench.warehouse.add(
        aTable({ ref: { ...aTable().ref, dataset: 'many', table }, rowCount: 1 }),
        ['a'],
      );
    bench.warehouse.pollsUntilDone = 5;
    const { id } = await bench.exporter.sets.start(bench.owner, aSet({ dataset: 'many' }));
    for (let calls = 0; calls < 4; calls += 1) await bench.exporter.sets.advance(id, bench.owner);
    expect(bench.warehouse.jobs.size).toBe(50);
    expect((await untilEnded(bench, id, bench.stranger)).outcome).toMatchObject({
      state: 'succeeded',
    });
  });

  it('reads a table that cannot be pinned as it is, and says which', async () => {
    const bench = aShop();
    bench.warehouse.onDryRun = ({ sql }) => {
      if (sql.includes('`orders`') && sql.includes('FOR SYSTEM_TIME'))
        throw new AppError('permission-denied', 'Access Denied: Table orders');
    };
    const { id } = await bench.exporter.sets.start(bench.owner, aSet());
    expect((await untilEnded(bench, id)).outcome).toMatchObject({ state: 'succeeded' });
    const { tables: entries } = await bench.exporter.sets.manifest(bench.owner, id);
    const unpinned = entries.filter(({ pinned }) => pinned === false);
    expect(unpinned.map(({ table }) => table)).toEqual(['demo-project.shop.orders']);
  });

  it('refuses a table that cannot be read at an instant that the request names', async () => {
    const bench = aShop();
    bench.warehouse.onDryRun = ({ sql }) => {
      if (sql.includes('`orders`') && sql.includes('FOR SYSTEM_TIME'))
        throw new AppError('permission-denied', 'Access Denied: Table orders');
    };
    const asOf = new Date(bench.surroundings.now - 60_000).toISOString();
    const { id } = await bench.exporter.sets.start(bench.owner, aSet({ asOf }));
    const ended = await untilEnded(bench, id);
    expect(ended.outcome).toMatchObject({ state: 'partial' });
    expect(ended.members.find(({ table }) => table.table === 'orders')).toMatchObject({
      state: 'refused',
      error: { code: 'as-of-invalid', message: expect.stringContaining('Access Denied') },
    });
  });

  it('moves on while its record rests, and writes once what has come of it', async () => {
    const bench = aShop();
    bench.warehouse.pollsUntilDone = 0;
    bench.sets.restMs = () => 500;
    const { id } = await bench.exporter.sets.start(bench.owner, aSet({ concurrency: 1 }));
    const { outcome, revision } = await bench.exporter.sets.advance(id, bench.owner);
    expect(outcome).toMatchObject({ state: 'succeeded' });
    expect(revision).toBe(2);
  });

  it('does not use up the tries of a table while its record rests', async () => {
    const bench = aShop();
    bench.sets.restMs = () => 500;
    bench.warehouse.getTable = async () => {
      throw new AppError('upstream-unavailable', 'BigQuery cannot be reached.');
    };
    const { id } = await bench.exporter.sets.start(
      bench.owner,
      aSet({ dataset: undefined, tables: [{ dataset: 'shop', table: 'orders' }] }),
    );
    const { members } = await bench.exporter.sets.advance(id, bench.owner);
    expect(members).toMatchObject([{ state: 'pending', faults: 1 }]);
  });

  it('tells of the table that failed and keeps the others; a retry takes up only that one', async () => {
    const bench = aShop();
    bench.warehouse.failures.push(undefined, 'accessDenied');
    const { id } = await bench.exporter.sets.start(bench.owner, aSet({ concurrency: 1 }));
    const ended = await untilEnded(bench, id);
    expect(ended.outcome).toMatchObject({ state: 'partial' });
    expect(ended.members.map(({ state, error }) => [state, error?.code])).toEqual([
      ['succeeded', undefined],
      ['failed', 'permission-denied'],
      ['succeeded', undefined],
      ['succeeded', undefined],
    ]);
    expect((await bench.exporter.sets.manifest(bench.owner, id)).totals).toMatchObject({
      succeeded: 3,
      failed: 1,
    });
    const before = bench.warehouse.jobs.size;
    await bench.exporter.sets.retry(bench.owner, id);
    expect((await untilEnded(bench, id)).outcome).toMatchObject({ state: 'succeeded' });
    expect(bench.warehouse.jobs.size).toBe(before + 1);
  });

  it('refuses a table that cannot be planned, and goes on with the others', async () => {
    const bench = aShop();
    const request = aSet({
      dataset: undefined,
      tables: [
        { dataset: 'shop', table: 'nowhere' },
        { dataset: 'shop', table: 'people' },
      ],
    });
    expect((await bench.exporter.sets.plan(bench.owner, request)).tables).toMatchObject([
      { error: { code: 'table-not-found' } },
      { engine: { kind: 'extract' }, rowCount: 4 },
    ]);
    const { id } = await bench.exporter.sets.start(bench.owner, request);
    const ended = await untilEnded(bench, id);
    expect(ended.members.map(({ state }) => state)).toEqual(['refused', 'succeeded']);
    expect(ended.outcome).toMatchObject({ state: 'partial' });
  });

  it('ends the same however many advance it at once', async () => {
    const bench = aShop();
    const { id } = await bench.exporter.sets.start(bench.owner, aSet());
    for (let round = 0; round < 40; round += 1) {
      await Promise.all(
        Array.from({ length: 3 }, () => bench.exporter.sets.advance(id, bench.owner)),
      );
      bench.surroundings.now += 10_000;
    }
    const ended = await bench.exporter.sets.get(bench.owner, id);
    expect(ended.outcome).toMatchObject({ state: 'succeeded' });
    expect(bench.warehouse.jobs.size).toBe(4);
    expect((await bench.exporter.list(bench.owner, {})).items).toHaveLength(4);
  });

  it('waits for its owner to begin tables, and goes on when they are back', async () => {
    const bench = aShop();
    const { id } = await bench.exporter.sets.start(bench.owner, aSet());
    expect((await bench.exporter.sets.advance(id)).note).toMatch(/owner@example.com/);
    expect(bench.warehouse.jobs.size).toBe(0);
    expect((await untilEnded(bench, id)).outcome).toMatchObject({ state: 'succeeded' });
  });

  it('cancels what runs and what has not begun, and leaves none of their files', async () => {
    const bench = aShop();
    bench.warehouse.pollsUntilDone = 100;
    const { id } = await bench.exporter.sets.start(bench.owner, aSet({ concurrency: 2 }));
    await bench.exporter.sets.advance(id, bench.owner);
    await bench.exporter.sets.cancel(bench.owner, id);
    const ended = await untilEnded(bench, id);
    expect(ended.outcome).toMatchObject({ state: 'cancelled' });
    expect(ended.members.map(({ state }) => state)).toEqual(Array(4).fill('cancelled'));
    expect(await bench.files.list('files', 'exports/')).toEqual([]);
  });

  it('begins no job for a table that was started while the set was being cancelled', async () => {
    const bench = aShop();
    const { id } = await bench.exporter.sets.start(bench.owner, aSet());
    const create = bench.records.create.bind(bench.records);
    bench.records.create = async (record) => {
      const created = await create(record);
      await bench.exporter.sets.cancel(bench.owner, id).catch(() => undefined);
      return created;
    };
    const { members } = await bench.exporter.sets.advance(id, bench.owner);
    for (const { exportId } of members)
      expect((await bench.exporter.advance(exportId, bench.owner)).outcome).toMatchObject({
        state: 'cancelled',
      });
    expect(bench.warehouse.jobs.size).toBe(0);
  });

  it('answers the same set to the same key', async () => {
    const bench = aShop();
    const start = (rest: object) =>
      bench.exporter.sets.start(bench.owner, aSet(rest), { idempotencyKey: 'a' });
    const first = await start({});
    expect((await start({})).id).toBe(first.id);
    await expect(start({ concurrency: 2 })).rejects.toMatchObject({ code: 'idempotency-conflict' });
  });

  it('cannot be told by a stranger from one that does not exist', async () => {
    const bench = aShop();
    const { id } = await bench.exporter.sets.start(bench.owner, aSet());
    const { sets } = bench.exporter;
    for (const call of [sets.get, sets.cancel, sets.retry, sets.remove, sets.manifest])
      await expect(call(bench.stranger, id)).rejects.toMatchObject({ code: 'export-not-found' });
    expect((await sets.list(bench.stranger, {})).items).toEqual([]);
    expect((await sets.list(bench.admin, { owner: 'all' })).items).toMatchObject([
      { id, tables: 4 },
    ]);
  });

  it('is on record with its tables, by its own id, also where one was refused', async () => {
    const bench = aShop();
    const request = aSet({
      dataset: undefined,
      tables: [
        { dataset: 'shop', table: 'people' },
        { dataset: 'shop', table: 'nowhere' },
      ],
    });
    const { id, members } = await bench.exporter.sets.start(bench.owner, request);
    await untilEnded(bench, id);
    await bench.exporter.sets.plan(bench.owner, aSet({ pattern: 'o*' }));
    await bench.exporter.sets.remove(bench.owner, id);
    const seen = bench.audit.map(({ action, decision, exportId, exportSetId, table }) => [
      action,
      decision,
      exportId,
      exportSetId,
      table,
    ]);
    const [people, nowhere] = members.map(({ exportId }) => exportId);
    expect(seen.slice(0, 3).toSorted()).toEqual(
      [
        ['export-set.start', 'allow', undefined, id, 'shop.people, shop.nowhere'],
        ['export.start', 'allow', people, id, 'demo-project.shop.people'],
        ['export.start', 'deny', nowhere, id, 'demo-project.shop.nowhere'],
      ].toSorted(),
    );
    expect(seen.slice(3)).toEqual([
      ['export-set.plan', 'allow', undefined, undefined, 'shop.o*'],
      [
        'export-set.remove',
        'allow',
        undefined,
        id,
        'demo-project.shop.people, demo-project.shop.nowhere',
      ],
      [
        'export-set.remove',
        'allow',
        undefined,
        id,
        'demo-project.shop.people, demo-project.shop.nowhere',
      ],
    ]);
  });

  it('is removed with its exports and their files', async () => {
    const bench = aShop();
    const { id } = await bench.exporter.sets.start(bench.owner, aSet());
    await expect(bench.exporter.sets.remove(bench.owner, id)).rejects.toMatchObject({
      code: 'state-conflict',
    });
    await untilEnded(bench, id);
    await bench.exporter.sets.remove(bench.owner, id);
    expect(await bench.files.list('files', '')).toEqual([]);
    expect((await bench.exporter.list(bench.owner, {})).items).toEqual([]);
  });

  it.each([
    [{ dataset: undefined }, 'request-invalid'],
    [{ tables: [{ dataset: 'shop', table: 'people' }] }, 'request-invalid'],
    [{ options: { format: 'parquet', source: {} } }, 'request-invalid'],
    [{ pattern: 'nothing*' }, 'table-not-found'],
    [{ maxBytes: 1, kinds: ['view'] }, 'limit-exceeded'],
  ])('is refused before anything runs: %j', async (rest, code) => {
    const bench = aShop();
    await expect(bench.exporter.sets.start(bench.owner, aSet(rest))).rejects.toMatchObject({
      code,
    });
    expect(bench.warehouse.jobs.size).toBe(0);
  });
});

it.each([
  ['orders', '*', true],
  ['orders', 'o*s', true],
  ['orders', 'o?ders', true],
  ['orders', 'order', false],
  ['orders', '', false],
  ['a.b', 'a?b', true],
  ['aXb', 'a.b', false],
  ['aaaaaaaaaaaaaaaaaaaaaaaaab', '*a*a*a*a*a*a*a*a*c', false],
])('says that %s matches %s: %s', (name, pattern, expected) => {
  expect(matches(name, pattern)).toBe(expected);
});
