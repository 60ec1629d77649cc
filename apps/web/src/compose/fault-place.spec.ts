import { faultPlace } from './fault-place';

const sql = 'SELECT *\nFROM nowhere';
const marked = (message: string) => {
  const { from, to } = faultPlace(message, sql);
  return sql.slice(from, to);
};

it.each([
  ['Unrecognized name: nowhere at [2:6]', 'nowhere'],
  ['Syntax error: Unexpected "*" at [1:8]', '*'],
  ['Syntax error: Unexpected end at [2:13]', 'e'],
  ['Line out of reach at [9:1]', 'FROM'],
  ['Access Denied', ''],
])('marks what “%s” is about', (message, text) => expect(marked(message)).toBe(text));
