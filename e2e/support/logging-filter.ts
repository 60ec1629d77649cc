/** A line as Cloud Logging keeps it. */
export type LogEntry = Readonly<Record<string, unknown>>;

type Test = (entry: LogEntry) => boolean;

/**
 * The part of the Cloud Logging query language that the stack uses: `AND`, `OR`, `NOT`, parentheses, `log_id(…)`, and
 * comparisons by `=`, `=~`, `:`, `<`, `<=`, `>`, `>=` with one value or several in parentheses. Anything else is an error.
 */
export function parseFilter(text: string): Test {
  const tokens = tokensOf(text);
  let at = 0;
  const peek = () => tokens[at];
  const take = (wanted?: string): string => {
    const token = tokens[at];
    if (token === undefined || (wanted !== undefined && token !== wanted))
      throw new Error(`expected ${wanted ?? 'more'} at token ${at} (${token}) of ${text}`);
    at += 1;
    return token;
  };

  function anyOf(): Test {
    const parts = [allOf()];
    while (peek() === 'OR') {
      take();
      parts.push(allOf());
    }
    return (entry) => parts.some((part) => part(entry));
  }
  function allOf(): Test {
    const parts = [single()];
    while (peek() !== undefined && peek() !== 'OR' && peek() !== ')') {
      if (peek() === 'AND') take();
      parts.push(single());
    }
    return (entry) => parts.every((part) => part(entry));
  }
  function single(): Test {
    if (peek() === 'NOT') {
      take();
      const inner = single();
      return (entry) => !inner(entry);
    }
    if (peek() === '(') {
      take();
      const inner = anyOf();
      take(')');
      return inner;
    }
    const field = take();
    if (field === 'log_id') {
      take('(');
      const id = plain(take());
      take(')');
      return (entry) => String(entry['logName'] ?? '').endsWith(`/logs/${encodeURIComponent(id)}`);
    }
    const operator = take();
    if (!['=', '=~', ':', '<', '<=', '>', '>='].includes(operator))
      throw new Error(`${operator} is no comparison`);
    const values: string[] = [];
    if (peek() === '(') {
      take();
      values.push(plain(take()));
      while (peek() === 'OR') {
        take();
        values.push(plain(take()));
      }
      take(')');
    } else values.push(plain(take()));
    return (entry) => values.some((value) => compare(valueAt(entry, field), operator, value));
  }

  const filter = anyOf();
  if (at < tokens.length) throw new Error(`${tokens[at]} is left over in ${text}`);
  return filter;
}

const tokensOf = (text: string): string[] =>
  [...text.matchAll(/"(?:[^"\\]|\\.)*"|[()]|[<>]=?|=~|[=:]|[^\s()<>=:"]+/g)].map(
    ([token]) => token,
  );

const plain = (token: string): string =>
  token.startsWith('"') ? (JSON.parse(token) as string) : token;

const severities = ['DEFAULT', 'DEBUG', 'INFO', 'NOTICE', 'WARNING', 'ERROR', 'CRITICAL'];

function compare(actual: unknown, operator: string, wanted: string): boolean {
  if (actual === undefined || actual === null) return false;
  if (operator === '=') return String(actual) === wanted;
  // RE2's flag for both cases at the start is the only one in use here.
  if (operator === '=~')
    return new RegExp(wanted.replace(/^\(\?i\)/, ''), wanted.startsWith('(?i)') ? 'i' : '').test(
      String(actual),
    );
  if (operator === ':') return String(actual).toLowerCase().includes(wanted.toLowerCase());
  const rank = (value: string) =>
    severities.includes(value) ? severities.indexOf(value) : Number(value);
  const [left, right] = [rank(String(actual)), rank(wanted)];
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    default:
      return left >= right;
  }
}

const valueAt = (entry: LogEntry, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], entry);

const special: Readonly<Record<string, string>> = {
  severity: 'severity',
  httpRequest: 'httpRequest',
  time: 'timestamp',
  'logging.googleapis.com/trace': 'trace',
  'logging.googleapis.com/spanId': 'spanId',
  'logging.googleapis.com/trace_sampled': 'traceSampled',
  'logging.googleapis.com/labels': 'labels',
};

/** What Cloud Run's agent makes of a JSON line on stdout: known fields move out of the payload. */
export function entryOf(line: Readonly<Record<string, unknown>>, serviceName: string): LogEntry {
  const entry: Record<string, unknown> = {};
  const jsonPayload: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(line)) {
    const moved = special[key];
    if (moved) entry[moved] = value;
    else jsonPayload[key] = value;
  }
  return {
    ...entry,
    jsonPayload,
    logName: 'projects/outhaul-local/logs/run.googleapis.com%2Fstdout',
    resource: { type: 'cloud_run_revision', labels: { service_name: serviceName } },
  };
}
