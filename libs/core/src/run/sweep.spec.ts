import { aBench, aRequest, runToEnd } from '../testing/index.js';

const dayMs = 24 * 3_600_000;

it('removes the files when retention has ended, keeps the record, and says why nothing can be fetched', async () => {
  const bench = aBench();
  const { id } = await bench.exporter.start(bench.owner, aRequest({ retentionDays: 2 }));
  const kept = await bench.exporter.start(bench.owner, aRequest());
  for (const each of [id, kept.id]) await runToEnd(bench, each);
  bench.surroundings.now += 1.9 * dayMs;
  expect(await bench.exporter.sweep()).toEqual({ exports: 0, objects: 0 });
  bench.surroundings.now += 0.2 * dayMs;
  expect(await bench.exporter.sweep()).toEqual({ exports: 1, objects: 7 });
  expect(await bench.files.list('files', `exports/${id}/`)).toEqual([]);
  expect(await bench.files.list('files', `exports/${kept.id}/`)).toHaveLength(7);
  const fetching = bench.exporter.files(bench.owner, id);
  await expect(fetching).rejects.toMatchObject({
    code: 'state-conflict',
    message: expect.stringContaining('after 2 days'),
  });
  expect(await bench.exporter.sweep()).toEqual({ exports: 0, objects: 0 });
});

it('looks once more at what was cancelled, for an instance that stood still', async () => {
  const bench = aBench();
  const { id } = await bench.exporter.start(bench.owner, aRequest());
  await bench.exporter.cancel(bench.owner, id);
  await runToEnd(bench, id);
  await bench.files.put('files', `exports/${id}/try-1/late.parquet`, 'x', 'text/plain');
  bench.surroundings.now += 3_600_000;
  expect(await bench.exporter.sweep()).toEqual({ exports: 1, objects: 1 });
  expect(await bench.files.list('files', `exports/${id}/`)).toEqual([]);
});
