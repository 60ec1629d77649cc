import { type Area, type Probe } from '../probe.js';
import { told } from '../told.js';
import { type World } from '../world.js';

const where = 'libs/core/src/plan/compile-request.ts';
const source =
  'https://cloud.google.com/bigquery/docs/querying-partitioned-tables#require_a_partition_filter_in_queries';

const kinds = {
  day: { sql: "SELECT DATE '2026-01-02' AS day, 1 AS id", by: 'day', column: 'day' },
  hour: {
    sql: "SELECT TIMESTAMP '2026-01-02 03:04:05' AS moment, 1 AS id",
    by: 'TIMESTAMP_TRUNC(moment, HOUR)',
    column: 'moment',
  },
  integer: {
    sql: 'SELECT 5 AS n, 1 AS id',
    by: 'RANGE_BUCKET(n, GENERATE_ARRAY(0, 10, 5))',
    column: 'n',
  },
} as const;
type Kind = keyof typeof kinds;

/** A table of one row that may only be queried with a filter on its partitions. */
async function guarded(world: World, kind: Kind): Promise<string> {
  const table = await world.table(kinds[kind].sql, `PARTITION BY ${kinds[kind].by}`);
  await requireFilter(world, table);
  return table;
}

async function requireFilter(world: World, table: string): Promise<void> {
  const json = { requirePartitionFilter: true };
  (await world.bigquery.call(world.tablePath(table), { method: 'PATCH', json })).orThrow();
}

const tautology = (kind: Kind): Probe => ({
  id: `partition-filter.tautology-${kind}`,
  question: `Is “${kinds[kind].column} IS NULL OR ${kinds[kind].column} IS NOT NULL” a filter in the eyes of that rule?`,
  why: 'It lets a whole table be read whose queries must filter.',
  where,
  source,
  expected: ['works'],
  async ask(world) {
    const table = world.quoted(await guarded(world, kind));
    const { column } = kinds[kind];
    const sql = `SELECT * FROM ${table} WHERE (${column} IS NULL OR ${column} IS NOT NULL)`;
    return told(await world.bigquery.query(sql), 'works');
  },
});

/** Tables whose queries must name partitions. */
export const partitionFilter: Area = {
  name: 'partition-filter',
  title: 'Required partition filters',
  probes: [
    {
      id: 'partition-filter.is-required',
      question: 'Is a query without a filter on the partition column refused?',
      why: 'Queries over such tables are given a filter that all rows pass.',
      where,
      source,
      expected: ['refused'],
      async ask(world) {
        const table = world.quoted(await guarded(world, 'day'));
        return told(
          await world.bigquery.query(`SELECT COUNT(*) FROM ${table}`),
          'works',
          /filter|partition/i,
        );
      },
    },
    {
      id: 'partition-filter.in-a-dry-run',
      question: 'Does a dry run refuse that query, too?',
      why: 'What Google would refuse is found while planning.',
      where: 'libs/core/src/plan/prepare-plan.ts',
      source,
      expected: ['refused'],
      async ask(world) {
        const table = world.quoted(await guarded(world, 'day'));
        return told(
          await world.bigquery.dryRun(`SELECT COUNT(*) FROM ${table}`),
          'works',
          /filter|partition/i,
        );
      },
    },
    tautology('day'),
    tautology('hour'),
    tautology('integer'),
    {
      id: 'partition-filter.comparison',
      question: 'Is “day >= the first day OR day IS NULL” such a filter?',
      why: 'It is the form to take if the tautology is not one.',
      where,
      source,
      expected: ['works'],
      async ask(world) {
        const table = world.quoted(await guarded(world, 'day'));
        const sql = `SELECT * FROM ${table} WHERE day >= DATE '0001-01-01' OR day IS NULL`;
        return told(await world.bigquery.query(sql), 'works');
      },
    },
    {
      id: 'partition-filter.ingestion-time',
      question: 'Does the tautology on _PARTITIONTIME pass for a table by ingestion time?',
      why: 'Such tables have no column of their own to filter on.',
      where,
      source,
      expected: ['works'],
      async ask(world) {
        const name = world.name('t');
        const sql = `CREATE TABLE ${world.quoted(name)} (id INT64) PARTITION BY _PARTITIONDATE`;
        (await world.bigquery.query(sql)).orThrow();
        await requireFilter(world, name);
        const all = '_PARTITIONTIME IS NULL OR _PARTITIONTIME IS NOT NULL';
        const read = `SELECT * FROM ${world.quoted(name)} WHERE (${all})`;
        return told(await world.bigquery.query(read), 'works');
      },
    },
    {
      id: 'partition-filter.extract',
      question: 'Does an extract of such a table need no filter?',
      why: 'Tables with all their columns are still exported free of charge.',
      where: 'libs/core/src/plan/plan-export.ts',
      expected: ['works'],
      async ask(world) {
        return told((await world.extract(await guarded(world, 'day'))).job, 'works');
      },
    },
  ],
};
