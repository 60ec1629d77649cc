/** Where in the SQL a fault is: BigQuery ends its messages with `at [line:column]`; without one, its beginning. */
export function faultPlace(message: string, sql: string): { from: number; to: number } {
  const found = /\[(\d+):(\d+)\]/.exec(message);
  if (!found) return { from: 0, to: 0 };
  const lines = sql.split('\n');
  const line = Math.min(Math.max(Number(found[1]), 1), lines.length);
  const begin = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  const text = lines[line - 1] ?? '';
  const column = Math.min(Math.max(Number(found[2]) - 1, 0), text.length);
  const word = /^[\p{L}\p{N}_]+|^./u.exec(text.slice(column))?.[0] ?? '';
  const from = begin + column;
  return { from: word ? from : Math.max(begin, from - 1), to: from + word.length };
}
