/** The flags of what a request calls otherwise; each other field is called as its flag, but for capitals and dashes. */
const flags: Readonly<Record<string, string>> = {
  as: '--rename',
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

/** What a service's texts name in backticks, and is a flag here. */
const named =
  /`((?:source|csv|sample|filter|options)\.[\w.]+|as|asOf|flatten|kinds|partitionPrefix|shape)`/g;

/** A service's text with the fields that it finds fault with, or puts in backticks, called as on the command line. */
export function inFlags(text: string, faulty: readonly string[] = []): string {
  return faulty
    .reduce((told, field) => told.replaceAll(`${field}: `, `${flagOf(field)}: `), text)
    .replace(named, (_, field: string) => flagOf(field))
    .replace(/\braise (maxBytes|maxCost)\b/g, (_, field: string) => `raise ${flagOf(field)}`);
}
