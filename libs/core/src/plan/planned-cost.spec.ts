import { plannedCost } from './planned-cost.js';

const onDemand = { currency: 'USD', pricePerTib: 6.25 };

it.each([
  [0, 10 << 20, 'The query reads 0 bytes, billed as 10 MiB, at 6.25 USD per TiB.'],
  [5 << 20, 10 << 20, 'The query reads 5 MiB, billed as 10 MiB, at 6.25 USD per TiB.'],
  [10 << 20, 10 << 20, 'The query reads 10 MiB at 6.25 USD per TiB.'],
  [2 ** 41, 2 ** 41, 'The query reads 2 TiB at 6.25 USD per TiB.'],
])('prices a query of %d bytes as one of %d', (queryBytes, billedBytes, explanation) => {
  expect(plannedCost('query', queryBytes, onDemand)).toEqual({
    free: false,
    billedBytes,
    amount: (billedBytes / 2 ** 40) * 6.25,
    currency: 'USD',
    explanation,
  });
});

it('asks nothing for an extract job', () => {
  expect(plannedCost('extract', 2 ** 41, onDemand)).toMatchObject({ free: true, amount: 0 });
});
