import { readsMetaTables } from './reads-meta-tables.js';

it.each([
  ['SELECT * FROM `p.ga4.events_*`', true],
  ['SELECT * FROM ga4.INFORMATION_SCHEMA.TABLES', true],
  ['SELECT * FROM `p.ga4.INFORMATION_SCHEMA.COLUMNS`', true],
  ['SELECT * FROM ga4.__TABLES__', true],
  ["SELECT 'INFORMATION_SCHEMA', '`events_*`' FROM d.t", false],
  ['SELECT a * b FROM `p.d.t` -- events_*`', false],
  ['SELECT `odd*name` FROM d.t', false],
])('%s: %s', (sql, expected) => expect(readsMetaTables(sql)).toBe(expected));
