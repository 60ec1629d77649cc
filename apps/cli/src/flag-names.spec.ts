import { flagOf, inFlags } from './flag-names.js';

it.each([
  ['limit', '--limit'],
  ['source.asOf', '--as-of'],
  ['source.partition.from', '--partition'],
  ['options.csv.delimiter', '--delimiter'],
  ['sample.percent', '--sample'],
  ['columns.0.name', '--columns'],
  ['orderBy.0.column', '--order-by'],
  ['pageSize', '--limit'],
  ['source.table', 'table'],
])('calls %s as the command line does: %s', (field, flag) => {
  expect(flagOf(field)).toBe(flag);
});

it('puts flags into a text for what it names', () => {
  expect(inFlags('The request has faults: rowsPerFile: Too big', ['rowsPerFile'])).toBe(
    'The request has faults: --rows-per-file: Too big',
  );
  expect(inFlags('Leave `source.partition` out.')).toBe('Leave --partition out.');
  expect(inFlags('Ask for `flatten`, or leave `shape` out.')).toBe(
    'Ask for --flatten, or leave --single out.',
  );
  expect(inFlags('Choose fewer columns, or raise maxBytes.')).toBe(
    'Choose fewer columns, or raise --max-bytes.',
  );
  expect(inFlags('There is no column `name`.')).toBe('There is no column `name`.');
});
