import { aBench, aRequest } from '../testing/builders.js';

it('lists exports once a minute for the quota, however many plans are made', async () => {
  const bench = aBench();
  const list = jest.spyOn(bench.deps.records, 'list');
  for (let plans = 0; plans < 5; plans += 1) await bench.exporter.plan(bench.owner, aRequest());
  expect(list.mock.calls.length).toBe(1);
});
