import { AppError } from '../errors.js';
import { type QuerySpec } from '../ports/warehouse.js';
import { aBench, aField, aRequest, aTable } from '../testing/builders.js';
import { type TableMetadata } from '../table.js';

const events = 'SELECT event_name FROM `demo-project.ga4.events_*`';
const refused = (message: string) => new AppError('sql-invalid', message);
const metaTables = refused('EXPORT DATA statement cannot reference meta tables in the queries.');

/** A bench whose BigQuery is asked by these dry runs, and refuses some. */
function asking(refuse: (sql: string) => AppError | undefined, table: TableMetadata = aTable()) {
  const bench = aBench(table);
  const asked: QuerySpec[] = [];
  bench.warehouse.queryFields = [aField('event_name')];
  bench.warehouse.onDryRun = (query) => {
    asked.push(query);
    const error = refuse(query.sql);
    if (error) throw error;
  };
  return { bench, asked };
}

it('has BigQuery check the complete statement, with the place and form of the files', async () => {
  const { bench, asked } = asking(() => undefined);
  await bench.exporter.plan(
    bench.owner,
    aRequest({ columns: [{ name: 'id' }], compression: 'zstd' }),
  );
  expect(asked.at(-1)?.sql).toMatch(
    /^EXPORT DATA OPTIONS\(\s+uri='gs:\/\/files\/exports\/[^/]+\/try-1\/orders-\*\.parquet',\s+format='PARQUET',\s+compression='ZSTD',\s+overwrite=true\s+\) AS\s+SELECT source_row\.`id`/,
  );
});

it.each([
  [
    "'ZSTD' is not a valid value; failed to set 'compression' in EXPORT DATA OPTIONS",
    'Choose another compression.',
  ],
  [
    "Cannot query over table 'p.d.t' without a filter over column(s) 'day' that can be used for partition elimination",
    "Filter rows by 'day'.",
  ],
])('passes on what BigQuery refuses, with what helps: %s', async (message, fix) => {
  const { bench } = asking((sql) => (sql.startsWith('EXPORT') ? refused(message) : undefined));
  await expect(
    bench.exporter.start(bench.owner, aRequest({ columns: [{ name: 'id' }] })),
  ).rejects.toMatchObject({
    code: 'sql-invalid',
    message: `BigQuery refuses this export: ${message}`,
    details: { fix },
  });
  expect(bench.warehouse.jobs.size).toBe(0);
});

describe('a source that EXPORT DATA cannot read', () => {
  it('goes to a temporary table first when the query names it', async () => {
    const { bench, asked } = asking(() => undefined);
    const plan = await bench.exporter.plan(bench.owner, {
      ...aRequest({ format: 'csv' }),
      source: { type: 'query', sql: events },
    });
    expect(plan.source).toMatchObject({ staged: events });
    expect(plan.source.sql).toContain('FROM outhaul_rows AS source_row');
    expect(plan.warnings).toContainEqual(expect.objectContaining({ code: 'temporary-table' }));
    // A dry run of CREATE TEMP TABLE is not supported: the query and the form of the files are asked by themselves.
    expect(asked.map(({ sql }) => sql)).toEqual([
      events,
      events,
      expect.stringMatching(
        /^EXPORT DATA [\s\S]*AS\nSELECT CAST\(NULL AS STRING\) AS `event_name`/,
      ),
    ]);
  });

  it('goes to a temporary table first when only a view hides it', async () => {
    const { bench } = asking(
      (sql) => (/^EXPORT[\s\S]*FROM `/.test(sql) ? metaTables : undefined),
      aTable({ kind: 'view', rowCount: undefined }),
    );
    const plan = await bench.exporter.plan(bench.owner, aRequest());
    expect(plan.source.staged).toBe(
      'SELECT source_row.* FROM `demo-project`.`shop`.`orders` AS source_row',
    );
  });

  it('is refused in Google’s words when the query itself is wrong', async () => {
    const { bench } = asking((sql) =>
      sql.includes('events_*') ? refused('events_* does not match any table.') : undefined,
    );
    await expect(
      bench.exporter.plan(bench.owner, { ...aRequest(), source: { type: 'query', sql: events } }),
    ).rejects.toMatchObject({ message: expect.stringContaining('does not match any table') });
  });
});
