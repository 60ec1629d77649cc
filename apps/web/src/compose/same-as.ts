import { type ExportRequest, type Field, type Plan } from '@outhaul/api-client';
import { type Mask } from './draft';
import { filterSql, quoteText } from './filter-sql';
import { shellQuote } from './shell-quote';

/** The `outhaul` command that asks for the same; undefined where its flags cannot say it. */
export function cliLine(
  request: ExportRequest,
  fields: readonly Field[],
  server: string,
): string | undefined {
  const { source, columns = [], csv, orderBy } = request;
  const hasOddName = [...columns, ...(orderBy ?? [])].some((each) => /[,=]/.test(nameOf(each)));
  if (hasOddName) return undefined;
  const flags: [string, string | number | undefined | true][] = [
    ['--format', request.format],
    ['--compression', request.compression],
    ['--columns', columns.map(({ name }) => name).join(',') || undefined],
    ...columns.flatMap(({ name, as, cast, mask }): [string, string | undefined][] => [
      ['--rename', as && `${name}=${as}`],
      ['--cast', cast && `${name}=${cast}`],
      ['--mask', mask && `${name}=${maskRule(mask)}`],
    ]),
    ['--where', request.filter && filterSql(request.filter, fields)],
    ['--flatten', request.flatten || undefined],
    ['--sample', request.sample?.percent],
    [
      '--order-by',
      orderBy?.map(({ column, descending }) => column + (descending ? ':desc' : '')).join(','),
    ],
    ...sourceFlags(source),
    ['--limit', request.limit],
    ['--single', request.shape === 'single' || undefined],
    ['--file-name', request.fileName],
    ['--delimiter', csv?.delimiter],
    ['--no-header', csv?.header === false || undefined],
    ['--escape-formulas', csv?.escapeFormulas || undefined],
    ['--partition-folders', request.partitionPrefix || undefined],
    ['--file-bytes', request.targetFileBytes],
    ['--rows-per-file', request.rowsPerFile],
    ['--verify', request.verify],
    ['--bucket', request.bucket],
    ['--billing-project', request.billingProject],
    ['--max-bytes', request.maxBytes],
    ['--max-cost', request.maxCost],
    ['--retention-days', request.retentionDays],
    ['--label', request.label],
    ['--server', server],
  ];
  const words = flags.flatMap(([flag, value]) =>
    value === undefined ? [] : value === true ? [flag] : [flag, shellQuote(String(value))],
  );
  const table = source.type === 'table' ? [shellQuote(tableName(source))] : [];
  return ['outhaul export', ...table, ...words].join(' ');
}

const nameOf = (each: { name: string } | { column: string }): string =>
  'name' in each ? each.name : each.column;

const tableName = (source: { project?: string; dataset: string; table: string }): string =>
  [source.project, source.dataset, source.table].filter(Boolean).join('.');

function sourceFlags(source: ExportRequest['source']): [string, string | undefined][] {
  if (source.type === 'query') return [['--query', source.sql]];
  const { partition, asOf } = source;
  const isRange = typeof partition === 'object' && 'from' in partition;
  return [
    [
      '--partition',
      typeof partition === 'string'
        ? partition
        : isRange
          ? `${partition.from}..${partition.to}`
          : undefined,
    ],
    [
      '--changed-since',
      typeof partition === 'object' && !isRange ? partition.changedSince : undefined,
    ],
    ['--as-of', asOf],
  ];
}

function maskRule(mask: Mask): string {
  if (mask.kind === 'constant') return `constant:${mask.value}`;
  if ('count' in mask) return `${mask.kind}:${mask.count}`;
  return mask.kind;
}

/** The HTTP call that starts the same export, with the caller’s own Google token. */
export function curlLine(request: ExportRequest, server: string): string {
  return [
    `curl -X POST ${shellQuote(`${server}/api/v1/export`)}`,
    `-H 'Content-Type: application/json'`,
    `-H "Authorization: Bearer $(gcloud auth print-access-token)"`,
    `-d ${shellQuote(JSON.stringify(request))}`,
  ].join(' ');
}

const bqFormats: Readonly<Record<string, string>> = {
  csv: 'CSV',
  jsonl: 'NEWLINE_DELIMITED_JSON',
  avro: 'AVRO',
  parquet: 'PARQUET',
};

/** Google’s own command for the part that BigQuery does; undefined where a secret of the service is needed. */
export function bqLine(plan: Plan, bucket = 'YOUR-BUCKET'): string | undefined {
  const { pattern, namedBy, written } = plan.files;
  const name = namedBy === 'bigquery' ? pattern : `part-*.${written.format}`;
  const uri = `gs://${bucket}/${name}`;
  if (plan.source.slices) return undefined;
  return plan.engine.kind === 'extract' ? bqExtract(plan, uri) : bqQuery(plan, uri);
}

function bqExtract(
  { source, files: { written, delimiter } }: Plan,
  uri: string,
): string | undefined {
  const { extractFrom: table, location } = source;
  if (!table) return undefined;
  const from = `${table.project}:${table.dataset}.${table.table}`;
  return [
    'bq extract',
    `--location=${shellQuote(location)}`,
    `--destination_format=${bqFormats[written.format]}`,
    `--compression=${written.compression.toUpperCase()}`,
    ...(written.format === 'csv' && !written.header ? ['--noprint_header'] : []),
    ...(delimiter === ',' ? [] : [`--field_delimiter=${shellQuote(delimiter)}`]),
    shellQuote(from),
    shellQuote(uri),
  ].join(' ');
}

function bqQuery({ source, files: { written, delimiter } }: Plan, uri: string): string | undefined {
  const { sql, parameters = [], location } = source;
  if (!sql || (/@p\d/.test(sql) && parameters.length === 0)) return undefined;
  const options = [
    `uri=${quoteText(uri)}`,
    `format=${quoteText(written.format === 'jsonl' ? 'JSON' : written.format.toUpperCase())}`,
    ...(written.compression === 'none'
      ? []
      : [`compression=${quoteText(written.compression.toUpperCase())}`]),
    ...(written.format === 'csv'
      ? [`header=${written.header}`, `field_delimiter=${quoteText(delimiter)}`]
      : []),
  ];
  return [
    'bq query',
    `--location=${shellQuote(location)}`,
    '--nouse_legacy_sql',
    ...parameters.map(
      ({ name, type, value }) =>
        `--parameter=${shellQuote(
          typeof value === 'string'
            ? `${name}:${type}:${value}`
            : `${name}:ARRAY<${type}>:${JSON.stringify(value)}`,
        )}`,
    ),
    shellQuote(`EXPORT DATA OPTIONS(${options.join(', ')}) AS\n${sql}`),
  ].join(' ');
}
