import { cpuMs, yardstickMs } from '../testing/yardstick.js';
import { checkExpression, checkQuery, hasOrder } from './check-sql.js';

const yardstick = yardstickMs();

const megabyte = (piece: string): string => piece.repeat(Math.floor(1_000_000 / piece.length));

/** Texts of 1 MB, which a request's body may hold, of as many tokens or tries as possible. */
const longTexts: Record<string, string> = {
  numbers: `SELECT ${megabyte('1,')}1`,
  parentheses: `SELECT ${megabyte('(1),')}1`,
  'nested parentheses': `SELECT ${megabyte('(')}`,
  words: `SELECT ${megabyte('é ')}`,
  'one string': `SELECT "${megabyte('\\"')}"`,
  'raw strings': `SELECT ${megabyte('r"" ')}`,
  'strings that are not closed': `SELECT ${megabyte('r"\n')}`,
  'a comment that is not closed': `SELECT 1 ${megabyte('/* ')}`,
  'digits without an end': `SELECT ${megabyte('1')}x`,
};

it.each(Object.entries(longTexts))(
  'reads 1 MB of %s much faster than a text is matched token by token',
  (_, sql) => {
    checkQuietly(sql.slice(0, 50_000));
    expect(cpuMs(() => checkQuietly(sql))).toBeLessThan(0.4 * yardstick);
  },
);

it('keeps no object for each token of a long text', () => {
  const sql = longTexts['numbers'] as string;
  const before = process.memoryUsage().heapUsed;
  checkQuietly(sql);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(40_000_000);
});

it.each([
  ["SELECT r'''a", false],
  ["SELECT r'a\\'", false],
  ['SELECT rb\'a\\\'b\' , B"""x"y"""', true],
  ["SELECT 'a\nb'", false],
  ["SELECT ''''''", true],
  ['SELECT ``', false],
  ['SELECT `a\\`b`', true],
  ['SELECT 1.5e3, .5, 0xFF, 1., @@p, @@x.y', true],
  ['SELECT 1 # (\n', true],
  ['SELECT 1 -- (\r)', false],
  ['SELECT \u{1F600}', false],
  ['SELECT é', true],
])('reads %j as GoogleSQL does: %s', (sql, isRead) => {
  expect(isRead ? checkQuery(sql, 'sql') : checkQuietly(sql)).toBe(isRead ? sql : undefined);
});

it('knows an order of the outermost query only', () => {
  expect(hasOrder('SELECT 1 order /* */ by 1')).toBe(true);
  expect(hasOrder('SELECT 1 FROM (SELECT 2 ORDER BY 1)')).toBe(false);
  expect(hasOrder('SELECT "ORDER BY"')).toBe(false);
});

it('takes the closing semicolon away, and nothing after it but comments', () => {
  expect(checkQuery('SELECT 1 ; -- end', 'sql')).toBe('SELECT 1 ');
  expect(checkQuietly('SELECT 1; SELECT 2')).toBeUndefined();
  expect(checkQuietly('SELECT 1;;')).toBeUndefined();
  expect(() => checkExpression('a, b', 'sql')).toThrow('`,` does not belong there');
});

function checkQuietly(sql: string): string | undefined {
  try {
    return checkQuery(sql, 'sql');
  } catch {
    return undefined;
  }
}
