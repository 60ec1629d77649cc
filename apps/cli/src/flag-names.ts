/** The flags of what a request calls otherwise; each other field is called as its flag, but for capitals and dashes. */
const flags: Readonly<Record<string, string>> = {
  'filter.expression': '--where',
  filter: '--where',
  'sample.percent': '--sample',
  'source.sql': '--query',
  'csv.header': '--no-header',
  shape: '--single',
  targetFileBytes: '--file-bytes',
  partitionPrefix: '--partition-folders',
  maxRows: '--rows',
  pageSize: '--limit',
};

/** Fields that are arguments on the command line. */
const fieldsOfArguments = /^(source\.)?(project|dataset|table)$|^tables\b/;

/** How a field of a request is called on the command line: `source.asOf` → `--as-of`. */
export function flagOf(field: string): string {
  const name = field.replace(/^options\./, '');
  if (fieldsOfArguments.test(name)) return name.replace(/^source\./, '');
  const [first = ''] = name.replace(/^(source|csv)\./, '').split('.');
  return flags[name] ?? `--${first.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** A service's text with the fields that it finds fault with, or puts in backticks, called as on the command line. */
export function inFlags(text: string, faulty: readonly string[] = []): string {
  const named = faulty.reduce(
    (told, field) => told.replaceAll(`${field}: `, `${flagOf(field)}: `),
    text,
  );
  return named.replace(/`((?:source|csv|sample|filter|options)\.[\w.]+)`/g, (_, field: string) =>
    flagOf(field),
  );
}
