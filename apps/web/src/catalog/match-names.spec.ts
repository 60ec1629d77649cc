import { matchNames } from './match-names';

const names = ['flights', 'late_flights', 'inflight', 'airports'].map((name) => ({ name }));
const found = (search: string) => matchNames(names, search).map(({ name }) => name);

it('shows all when nothing is searched for', () => expect(found('  ')).toHaveLength(4));

it('puts names that begin with the search first, then parts that do', () =>
  expect(found('flight')).toEqual(['flights', 'late_flights', 'inflight']));

it('wants every word, in any case', () => expect(found('FLI late')).toEqual(['late_flights']));

it('finds nothing where nothing matches', () => expect(found('xyz')).toEqual([]));
