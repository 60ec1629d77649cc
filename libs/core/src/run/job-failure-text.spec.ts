import { jobFailureText } from './job-failure-text.js';
import { knownReasons } from './retries.js';

const cell = 'Thigpen';

it.each([
  ['invalidQuery', `Bad int64 value: ${cell}`],
  ['invalidQuery', `division by zero: ${cell} / 0`],
  ['invalidQuery', `Failed to parse input string "${cell}"`],
  ['invalidQuery', `syntax error while parsing value - invalid literal; last read: '${cell}' JSON`],
  ['invalidQuery', `Invalid date: '${cell}'`],
  ['invalidQuery', cell],
  [
    'invalidQuery',
    `Access Denied: Table p:d.t: User does not have permission to query table ${cell}`,
  ],
  ['invalidQuery', `Not found: Table p:d.${cell}`],
  ['invalid', `Error while reading table: rows, error message: Could not parse '${cell}' as INT64`],
  ['accessDenied', `Access Denied: ${cell}`],
  ['accessDenied', `Access Denied: Table p:d.t: ${cell} is not for you`],
  ['notFound', `Not found: ${cell}`],
  ['a reason of tomorrow', cell],
])('says nothing of a value (%s, %s)', (reason, message) => {
  expect(jobFailureText(reason, message)).not.toContain(cell);
});

it.each([
  [`Bad int64 value: ${cell}`, 'A value cannot be cast to the type'],
  ['division by zero: 1 / 0', 'A division by zero'],
  ['Cannot read in the future: 1 > 0', 'The table cannot be read at an instant in the future'],
])('says of what kind the failure is (%s)', (message, expected) => {
  expect(jobFailureText('invalidQuery', message)).toBe(expected);
});

it.each([
  [
    'accessDenied',
    'Access Denied: Table p:d.t: User does not have permission to query table p:d.t, or perhaps it does not exist.',
  ],
  [
    'accessDenied',
    'Access Denied: BigQuery BigQuery: User has neither fine-grained reader nor masked get permission to get data protected by policy tag "pii" on column p.d.t.c.',
  ],
  [
    'accessDenied',
    'Access Denied: Table p:d.t: Permission bigquery.tables.export denied on table p:d.t (or it may not exist).',
  ],
  ['notFound', 'Not found: Table p:d.t was not found in location US'],
])('passes on what names only resources (%s, %s)', (reason, message) => {
  expect(jobFailureText(reason, message)).toBe(message.replace(/\.$/, ''));
});

it('has a text for each reason that BigQuery documents', () => {
  const texts = knownReasons.map((reason) => jobFailureText(reason, cell));
  expect(texts).not.toContain(jobFailureText('a reason of tomorrow', cell));
});
