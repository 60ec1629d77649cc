import { spawnSync } from 'node:child_process';
import { type ExportRequest, type Field, type Plan } from '@outhaul/api-client';
import { bqLine, cliLine, curlLine } from './same-as';

const server = 'https://outhaul.example.com';
const fields: Field[] = [
  { name: 'name', type: 'STRING', mode: 'NULLABLE' },
  { name: 'delay', type: 'INT64', mode: 'NULLABLE' },
];
const aRequest = (more: Partial<ExportRequest> = {}): ExportRequest => ({
  source: { type: 'table', dataset: 'samples', table: 'flights' },
  format: 'parquet',
  ...more,
});

const aPlan = (source: Partial<Plan['source']>, files: Partial<Plan['files']> = {}): Plan =>
  ({
    engine: { kind: source.sql ? 'query' : 'extract', reason: '' },
    source: { location: 'US', billingProject: 'p', asOf: '2026-01-01T00:00:00Z', ...source },
    files: {
      pattern: 'flights-*.parquet',
      namedBy: 'bigquery',
      delimiter: ',',
      written: { format: 'parquet', compression: 'snappy', header: false },
      ...files,
    },
  }) as Plan;

/** What a shell makes of a line: its arguments, with the command itself replaced. */
function argumentsOf(line: string): string[] {
  const script = `show() { printf '%s\\0' "$@"; }; gcloud() { echo TOKEN; }; show ${line.slice(line.indexOf(' '))}`;
  const { stdout } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
  return stdout.split('\0').slice(0, -1);
}

it('says the plainest export in the plainest way', () =>
  expect(cliLine(aRequest(), fields, server)).toBe(
    `outhaul export samples.flights --format parquet --server ${server}`,
  ));

it('says everything that a request can hold', () =>
  expect(
    argumentsOf(
      cliLine(
        aRequest({
          source: {
            type: 'table',
            project: 'other-project',
            dataset: 'samples',
            table: 'fli ghts',
            partition: { from: '20260101', to: '20260131' },
            asOf: '2026-01-01T00:00:00Z',
          },
          format: 'csv',
          compression: 'gzip',
          columns: [
            { name: 'name', as: "who's", mask: { kind: 'constant', value: '$(x) "y"' } },
            { name: 'delay', cast: 'STRING', mask: { kind: 'keep-last', count: 4 } },
          ],
          filter: { all: [{ column: 'name', is: '=', value: "O'Neil" }] },
          orderBy: [{ column: 'name' }, { column: 'delay', descending: true }],
          sample: { percent: 5 },
          limit: 10,
          shape: 'single',
          fileName: '{table}',
          csv: { delimiter: '\t', header: false, escapeFormulas: true },
          targetFileBytes: 1_000_000,
          partitionPrefix: true,
          rowsPerFile: 500,
          flatten: true,
          verify: 'fingerprint',
          label: 'März & April',
          retentionDays: 7,
          maxCost: 1.5,
        }),
        fields,
        server,
      ) ?? '',
    ),
  ).toEqual([
    ...['export', 'other-project.samples.fli ghts', '--format', 'csv', '--compression', 'gzip'],
    ...['--columns', 'name,delay', '--rename', "name=who's"],
    ...['--mask', 'name=constant:$(x) "y"', '--cast', 'delay=STRING'],
    ...['--mask', 'delay=keep-last:4', '--where', "`name` = 'O\\'Neil'", '--flatten'],
    ...['--sample', '5', '--order-by', 'name,delay:desc', '--partition', '20260101..20260131'],
    ...['--as-of', '2026-01-01T00:00:00Z', '--limit', '10', '--single'],
    ...['--file-name', '{table}', '--delimiter', '\t', '--no-header', '--escape-formulas'],
    ...['--partition-folders', '--file-bytes', '1000000', '--rows-per-file', '500'],
    ...['--verify', 'fingerprint'],
    ...['--max-cost', '1.5', '--retention-days', '7', '--label', 'März & April'],
    ...['--server', server],
  ]));

it('gives no line for names that the flags would read otherwise', () =>
  expect(cliLine(aRequest({ columns: [{ name: 'a=b' }] }), fields, server)).toBeUndefined());

it('posts exactly the request, with the caller’s own token', () => {
  const request = aRequest({ source: { type: 'query', sql: "SELECT 'it''s' AS \"x\"\n-- $HOME" } });
  const found = argumentsOf(curlLine(request, server));
  expect(found.slice(0, 3)).toEqual(['-X', 'POST', `${server}/api/v1/export`]);
  expect(found).toContain('Authorization: Bearer TOKEN');
  expect(JSON.parse(found.at(-1) ?? '')).toEqual(request);
});

it('names the extract job as the plan does', () =>
  expect(
    bqLine(
      aPlan({ extractFrom: { project: 'p', dataset: 'd', table: 't$20260101@1767225600000' } }),
      'mine',
    ),
  ).toBe(
    "bq extract --location=US --destination_format=PARQUET --compression=SNAPPY 'p:d.t$20260101@1767225600000' 'gs://mine/flights-*.parquet'",
  ));

it('binds the values of a query', () => {
  const line = bqLine(
    aPlan(
      {
        sql: 'SELECT * FROM `t` WHERE x = @p0 AND y IN UNNEST(@p1)',
        parameters: [
          { name: 'p0', type: 'STRING', value: "O'Neil" },
          { name: 'p1', type: 'INT64', value: ['1', '2'] },
        ],
      },
      {
        pattern: 'q-*.csv.gz',
        written: { format: 'csv', compression: 'gzip', header: true },
      },
    ),
    'mine',
  );
  expect(argumentsOf(line ?? '')).toEqual([
    'query',
    '--location=US',
    '--nouse_legacy_sql',
    "--parameter=p0:STRING:O'Neil",
    '--parameter=p1:ARRAY<INT64>:["1","2"]',
    "EXPORT DATA OPTIONS(uri='gs://mine/q-*.csv.gz', format='CSV', compression='GZIP', header=true, field_delimiter=',') AS\nSELECT * FROM `t` WHERE x = @p0 AND y IN UNNEST(@p1)",
  ]);
});

it('gives no bq line when a value is the service’s secret', () =>
  expect(bqLine(aPlan({ sql: 'SELECT @p0' }))).toBeUndefined());
