import { valueAt } from '../answer.js';
import { type Area } from '../probe.js';
import { told } from '../told.js';
import { type World } from '../world.js';

const prepare = 'libs/core/src/plan/prepare-plan.ts';
const statement =
  'https://cloud.google.com/bigquery/docs/reference/standard-sql/export-statements#export_data_statement';

const exportData = (world: World, select: string, options = "format='CSV'"): string =>
  `EXPORT DATA OPTIONS (uri='${world.uri(`${world.folder()}*`)}', ${options}, overwrite=true) AS ${select}`;

/** Two daily tables; returns the wildcard that names both, quoted. */
async function daily(world: World): Promise<string> {
  const prefix = world.name('events');
  for (const [day, id] of [
    ['20260101', 1],
    ['20260102', 2],
  ] as const)
    await world.bigquery.create(world.quoted(`${prefix}_${day}`), `SELECT ${id} AS id`);
  return world.quoted(`${prefix}_*`);
}

const views = ({ scratch, options }: World): string =>
  `\`${options.project}.${scratch.dataset}.INFORMATION_SCHEMA.TABLES\``;

/** EXPORT DATA, what it cannot read, and the way around. */
export const statements: Area = {
  name: 'statements',
  title: 'EXPORT DATA: what it takes, and what it does not',
  probes: [
    {
      id: 'statements.dry-run',
      question: 'Can a complete EXPORT DATA statement be dry-run, without writing anything?',
      why: 'The plan is proved before it runs: what Google would refuse is shown while planning.',
      where: prepare,
      source: 'https://cloud.google.com/bigquery/docs/running-queries#dry-run',
      expected: ['works, and writes nothing'],
      async ask(world) {
        const folder = world.folder();
        const sql = `EXPORT DATA OPTIONS (uri='${world.uri(`${folder}*.csv`)}', format='CSV') AS SELECT 1 AS id`;
        const job = await world.bigquery.dryRun(sql);
        const count = (await world.storage.list(folder)).length;
        return told(job, `works, and writes ${count === 0 ? 'nothing' : `${count} files`}`);
      },
    },
    {
      id: 'statements.dry-run-refuses',
      question: 'Does that dry run refuse what EXPORT DATA itself would refuse?',
      why: 'The plan is proved before it runs: what Google would refuse is shown while planning.',
      where: prepare,
      source: statement,
      expected: ['refused'],
      async ask(world) {
        const sql = exportData(world, "SELECT STRUCT(1 AS a) AS nested, 'x' AS text");
        return told(await world.bigquery.dryRun(sql), 'works', /nested|CSV|STRUCT/i);
      },
    },
    {
      id: 'statements.wildcard-select',
      question: 'Does a wildcard table (events_*) with _TABLE_SUFFIX work in a SELECT?',
      why: 'It is the most common way to read daily tables.',
      where: prepare,
      source: 'https://cloud.google.com/bigquery/docs/querying-wildcard-tables',
      expected: ['20260102: 2'],
      async ask(world) {
        const sql = `SELECT _TABLE_SUFFIX, id FROM ${await daily(world)} WHERE _TABLE_SUFFIX > '20260101'`;
        const rows = await world.bigquery.rows(sql);
        return { answer: rows.map((row) => row.join(': ')).join(', ') };
      },
    },
    {
      id: 'statements.wildcard-export',
      question: 'Is a wildcard table inside EXPORT DATA refused?',
      why: 'Such a query is run into a temporary table first.',
      where: prepare,
      source: statement,
      expected: ['refused'],
      async ask(world) {
        const sql = exportData(world, `SELECT * FROM ${await daily(world)}`);
        return told(await world.bigquery.query(sql), 'works', /wildcard|metatable|meta table/i);
      },
    },
    {
      id: 'statements.wildcard-export-dry-run',
      question: 'Does a dry run of it refuse it, too?',
      why: 'That is how a plan learns that a temporary table is needed.',
      where: prepare,
      source: statement,
      expected: ['refused'],
      async ask(world) {
        const sql = exportData(world, `SELECT * FROM ${await daily(world)}`);
        return told(await world.bigquery.dryRun(sql), 'works', /wildcard|metatable|meta table/i);
      },
    },
    {
      id: 'statements.wildcard-no-match',
      question: 'Is a wildcard that matches no table refused?',
      why: 'It is refused while planning, with Google’s words.',
      where: prepare,
      source: 'https://cloud.google.com/bigquery/docs/querying-wildcard-tables',
      expected: ['refused'],
      async ask(world) {
        const sql = `SELECT * FROM ${world.quoted('no_such_table_*')}`;
        return told(await world.bigquery.dryRun(sql), 'works', /match/i);
      },
    },
    {
      id: 'statements.views-export',
      question: 'Is INFORMATION_SCHEMA inside EXPORT DATA refused?',
      why: 'Such a query is run into a temporary table first.',
      where: prepare,
      source: statement,
      expected: ['refused'],
      async ask(world) {
        const sql = exportData(world, `SELECT table_name FROM ${views(world)}`);
        return told(
          await world.bigquery.query(sql),
          'works',
          /INFORMATION_SCHEMA|metatable|meta table/i,
        );
      },
    },
    {
      id: 'statements.temporary-table',
      question: 'Does a script make a temporary table of a wildcard and export that, in one job?',
      why: 'That is the way around for wildcard tables and INFORMATION_SCHEMA.',
      where: prepare,
      source: 'https://cloud.google.com/bigquery/docs/multi-statement-queries',
      expected: ['2 rows'],
      async ask(world) {
        const folder = world.folder();
        const uri = world.uri(`${folder}*.csv`);
        const sql = [
          `CREATE TEMP TABLE found AS SELECT * FROM ${await daily(world)};`,
          `EXPORT DATA OPTIONS (uri='${uri}', format='CSV', header=false, overwrite=true) AS SELECT * FROM found;`,
        ].join('\n');
        const job = await world.bigquery.query(sql);
        if (job.refusal !== undefined) return told(job, '');
        const texts = [];
        for (const { name } of await world.storage.list(folder))
          texts.push((await world.storage.media(name)).orThrow().text);
        return { answer: `${texts.join('').split('\n').filter(Boolean).length} rows` };
      },
    },
    {
      id: 'statements.script-counts',
      question: 'Where are the rows counted that a script has exported: in its child job?',
      why: 'The count is read from the statement’s own job, a child of the script’s.',
      where: 'libs/google/src/jobs.ts',
      source: 'https://cloud.google.com/bigquery/docs/multi-statement-queries',
      expected: ['script: none, child: "2"'],
      async ask(world) {
        const sql = `CREATE TEMP TABLE found AS SELECT * FROM ${await daily(world)};\n${exportData(world, 'SELECT * FROM found')};`;
        const job = (await world.bigquery.query(sql)).orThrow();
        const list = await world.bigquery.call('/jobs', {
          query: { parentJobId: job.id, projection: 'full' },
        });
        const path = 'statistics.query.exportDataStatistics.rowCount';
        const children = (list.orThrow().at('jobs') as object[] | undefined) ?? [];
        const counts = children.flatMap((child) => {
          const count = valueAt(child, path);
          return count === undefined ? [] : [JSON.stringify(count)];
        });
        const own = job.at(path) === undefined ? 'none' : JSON.stringify(job.at(path));
        return { answer: `script: ${own}, child: ${counts.join(', ') || 'none'}` };
      },
    },
    {
      id: 'statements.names-from-a-first-query',
      question: 'Does a first query without rows give the columns of a query their names?',
      why: 'Columns that a query leaves without a name are exported as f0_, f1_, … .',
      where: 'libs/core/src/plan/compile-query.ts',
      source:
        'https://cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#set_operators',
      expected: ['{"f0_":"2"}'],
      async ask(world) {
        const folder = world.folder();
        const select =
          '(SELECT CAST(NULL AS INT64) AS f0_ LIMIT 0) UNION ALL (SELECT COUNT(*) FROM UNNEST([1, 2]))';
        const sql = `EXPORT DATA OPTIONS (uri='${world.uri(`${folder}*`)}', format='JSON') AS SELECT q.f0_ FROM (${select}) AS q`;
        (await world.bigquery.query(sql)).orThrow();
        const files = await world.storage.list(folder);
        const texts = await Promise.all(
          files.map(async ({ name }) => (await world.storage.media(name)).orThrow().text),
        );
        return { answer: texts.join('').trim() };
      },
    },
    {
      id: 'statements.zstd',
      question: 'Does EXPORT DATA take compression ZSTD for Parquet?',
      why: 'Nothing rests on it: the dry run of the plan tells.',
      where: 'libs/core/src/run/write-shards.ts',
      source: statement,
      expected: ['works', 'refused'],
      async ask(world) {
        const sql = exportData(world, 'SELECT 1 AS id', "format='PARQUET', compression='ZSTD'");
        return told(await world.bigquery.query(sql), 'works');
      },
    },
    {
      id: 'statements.wildcard-in-a-folder',
      question: 'Is a wildcard before the last slash of the URI refused?',
      why: 'File name templates may use {part} in the file’s own name only.',
      where: 'libs/core/src/plan/planned-files.ts',
      source:
        'https://cloud.google.com/bigquery/docs/exporting-data#exporting_data_into_one_or_more_files',
      expected: ['refused', 'works'],
      async ask(world) {
        const uri = world.uri(`${world.folder()}*/part.csv`);
        const sql = `EXPORT DATA OPTIONS (uri='${uri}', format='CSV', overwrite=true) AS SELECT 1 AS id`;
        return told(await world.bigquery.query(sql), 'works');
      },
    },
    {
      id: 'statements.right-to-export',
      question: 'May someone run EXPORT DATA over a table that they may read but not export?',
      why: 'Before a query is planned as an export, both rights are asked for where they are needed.',
      where: 'libs/core/src/plan/preflight.ts',
      source: 'https://cloud.google.com/bigquery/docs/exporting-data#required_permissions',
      expected: ['works', 'refused'],
      needs: ['impersonate', 'reader-role'],
      async ask(world) {
        const { bigquery, table } = await world.reader();
        return told(await bigquery.query(exportData(world, `SELECT * FROM ${table}`)), 'works');
      },
    },
    {
      id: 'statements.snapshot-extract',
      question: 'Can a table snapshot be extracted?',
      why: 'Nothing rests on it: where the job is refused, a query reads it.',
      where: 'libs/core/src/plan/plan-export.ts',
      source: 'https://cloud.google.com/bigquery/docs/table-snapshots-intro',
      expected: ['works', 'refused'],
      async ask(world) {
        const table = await world.table('SELECT 1 AS id');
        const snapshot = world.name('snapshot');
        const place = { projectId: world.options.project, datasetId: world.scratch.dataset };
        const copy = {
          sourceTable: { ...place, tableId: table },
          destinationTable: { ...place, tableId: snapshot },
          operationType: 'SNAPSHOT',
          destinationExpirationTime: new Date(Date.now() + 3_600_000).toISOString(),
        };
        (await world.bigquery.run({ copy })).orThrow();
        return told((await world.extract(snapshot)).job, 'works');
      },
    },
    {
      id: 'statements.view-extract',
      question: 'Is an extract of a view refused?',
      why: 'Views are read by a query.',
      where: 'libs/core/src/plan/plan-export.ts',
      source: 'https://cloud.google.com/bigquery/docs/exporting-data#export_limitations',
      expected: ['refused'],
      async ask(world) {
        const view = world.name('view');
        (
          await world.bigquery.query(`CREATE VIEW ${world.quoted(view)} AS SELECT 1 AS id`)
        ).orThrow();
        return told((await world.extract(view)).job, 'works', /view/i);
      },
    },
  ],
};
