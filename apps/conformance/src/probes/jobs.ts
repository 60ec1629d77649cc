import { type Area } from '../probe.js';
import { told } from '../told.js';

const write = 'libs/core/src/run/write-shards.ts';

/** How jobs are started, adopted and read. */
export const jobs: Area = {
  name: 'jobs',
  title: 'Jobs: started once, adopted by their id, read by their statistics',
  probes: [
    {
      id: 'jobs.same-id',
      question: 'Is a second job with the id of a first one refused as a duplicate?',
      why: 'A step that is repeated after a crash adopts its job instead of starting another.',
      where: 'libs/google/src/jobs.ts',
      source: 'https://cloud.google.com/bigquery/docs/running-jobs#generate-jobid',
      expected: ['refused'],
      async ask({ bigquery, scratch }) {
        const id = `outhaul_conformance_${scratch.runId}_same`;
        (await bigquery.query('SELECT 1', {}, id)).orThrow();
        return told(await bigquery.query('SELECT 1', {}, id), 'works', /409|duplicate/);
      },
    },
    {
      id: 'jobs.extract-statistics',
      question:
        'Do the statistics of an extract count the files of each URI, as text, and no rows?',
      why: 'The rows of an extract are counted in its files, never taken from the job.',
      where: 'libs/google/src/to-core.ts',
      source: 'https://cloud.google.com/bigquery/docs/reference/rest/v2/Job#JobStatistics4',
      expected: ['["1"] and no rows'],
      async ask(world) {
        const { job } = await world.extract(await world.table('SELECT 1 AS id'));
        const counts = job.orThrow().at('statistics.extract.destinationUriFileCounts');
        const rows = job.at('statistics.extract.rowCount') === undefined ? 'no rows' : 'rows';
        return { answer: `${JSON.stringify(counts)} and ${rows}` };
      },
    },
    {
      id: 'jobs.files-made-while-it-runs',
      question:
        'Are the files of a job made between its startTime and its endTime, by timeCreated, give or take 5 seconds?',
      why: 'What was made before its job began or after it ended was not written by it.',
      where: 'libs/core/src/run/take-shards.ts',
      source: 'https://cloud.google.com/storage/docs/json_api/v1/objects#resource',
      expected: ['all'],
      async ask(world) {
        const { job, files } = await world.extract(await world.table('SELECT 1 AS id'));
        const at = (name: string): number => Number(job.orThrow().at(`statistics.${name}`));
        const written = await files();
        const late = written
          .map(({ timeCreated = '' }) => Date.parse(timeCreated))
          .filter((ms) => !(ms >= at('startTime') - 5_000 && ms <= at('endTime') + 5_000));
        if (late.length === 0 && written.length > 0) return { answer: 'all' };
        return {
          answer: `${late.length} of ${written.length} are not`,
          message: `files at ${late.join(', ')}, the job from ${at('startTime')} to ${at('endTime')}`,
        };
      },
    },
    {
      id: 'jobs.export-data-statistics',
      question: 'Does an EXPORT DATA job count its files and rows, as text?',
      why: 'The rows that were written are compared with the rows in the files.',
      where: 'libs/google/src/to-core.ts',
      source: 'https://cloud.google.com/bigquery/docs/reference/rest/v2/Job#ExportDataStatistics',
      expected: ['files "1", rows "3"'],
      async ask(world) {
        const uri = world.uri(`${world.folder()}*.csv`);
        const job = await world.bigquery.query(
          `EXPORT DATA OPTIONS (uri='${uri}', format='CSV', overwrite=true) AS SELECT * FROM UNNEST([1, 2, 3]) AS id`,
        );
        const { fileCount, rowCount } = job
          .orThrow()
          .at('statistics.query.exportDataStatistics') as Readonly<Record<string, unknown>>;
        return {
          answer: `files ${JSON.stringify(fileCount)}, rows ${JSON.stringify(rowCount)}`,
        };
      },
    },
    {
      id: 'jobs.dry-run-facts',
      question: 'Does a dry run tell the statement, its schema, its tables and its bytes?',
      why: 'A plan shows what a query costs and which tables it reads before anything runs.',
      where: 'libs/google/src/google-warehouse.ts',
      source: 'https://cloud.google.com/bigquery/docs/running-queries#dry-run',
      expected: ['SELECT, 1 field, 1 table, bytes as text'],
      async ask(world) {
        const table = world.quoted(await world.table('SELECT 1 AS id'));
        const job = (await world.bigquery.dryRun(`SELECT id FROM ${table}`)).orThrow();
        const at = (path: string): unknown => job.at(`statistics.query.${path}`);
        const fields = (at('schema.fields') as unknown[] | undefined)?.length;
        const tables = (at('referencedTables') as unknown[] | undefined)?.length;
        const bytes = typeof at('totalBytesProcessed') === 'string' ? 'bytes as text' : 'no bytes';
        return {
          answer: `${at('statementType')}, ${fields} field, ${tables} table, ${bytes}`,
        };
      },
    },
    {
      id: 'jobs.dry-run-clock',
      question: 'Does a dry run tell when Google made it (statistics.creationTime)?',
      why: 'The instant that a table is read at is taken from Google’s clock, not from this machine’s.',
      where: 'libs/google/src/google-warehouse.ts',
      expected: ['tells milliseconds', 'tells none; the Date header does'],
      async ask({ bigquery }) {
        const answer = await bigquery.insert({
          dryRun: true,
          query: { query: 'SELECT 1', useLegacySql: false },
        });
        if (/^\d{13}$/.test(String(answer.orThrow().at('statistics.creationTime'))))
          return { answer: 'tells milliseconds' };
        return {
          answer: Number.isNaN(Date.parse(answer.headers.get('date') ?? ''))
            ? 'tells no time at all'
            : 'tells none; the Date header does',
        };
      },
    },
    {
      id: 'jobs.dry-run-extract',
      question: 'Can an extract job be tried without running it?',
      why: 'Nothing rests on it: the size of an extract is read from the table.',
      where: 'libs/core/src/plan/plan-export.ts',
      expected: ['works', 'refused'],
      async ask(world) {
        const table = await world.table('SELECT 1 AS id');
        const answer = await world.bigquery.insert({
          dryRun: true,
          extract: {
            sourceTable: {
              projectId: world.options.project,
              datasetId: world.scratch.dataset,
              tableId: table,
            },
            destinationUris: [world.uri(`${world.folder()}*.csv`)],
          },
        });
        return told(answer, 'works');
      },
    },
    {
      id: 'jobs.wildcard-once',
      question: 'Is an EXPORT DATA without a wildcard in its URI refused?',
      why: 'A single file is made by joining parts, never by leaving the wildcard out.',
      where: write,
      source: 'https://cloud.google.com/bigquery/docs/reference/standard-sql/export-statements',
      expected: ['refused'],
      async ask(world) {
        const uri = world.uri(`${world.folder()}all.csv`);
        const sql = `EXPORT DATA OPTIONS (uri='${uri}', format='CSV') AS SELECT 1 AS id`;
        return told(await world.bigquery.query(sql), 'works', /wildcard|\*|uri/i);
      },
    },
    {
      id: 'jobs.twelve-digits',
      question: 'Does the wildcard become twelve digits, counted from zero?',
      why: 'Files get their final names from those numbers.',
      where: 'libs/core/src/plan/planned-files.ts',
      source:
        'https://cloud.google.com/bigquery/docs/exporting-data#exporting_data_into_one_or_more_files',
      expected: ['part-000000000000'],
      async ask(world) {
        const { job, files } = await world.extract(await world.table('SELECT 1 AS id'));
        job.orThrow();
        return { answer: (await files()).map(({ name }) => name.split('/').pop()).join(', ') };
      },
    },
    {
      id: 'jobs.others-are-hidden',
      question: 'May a colleague with roles/bigquery.jobUser read another person’s job?',
      why: 'The service that watches people’s jobs needs bigquery.jobs.get, and is given it.',
      where: 'docs/deploy.md',
      source: 'https://cloud.google.com/bigquery/docs/managing-jobs#view_job_details_2',
      expected: ['refused'],
      needs: ['impersonate'],
      async ask(world) {
        const { id, location } = (await world.bigquery.query('SELECT 1')).orThrow();
        const colleague = await world.secondBigQuery();
        return told(
          await colleague.call(`/jobs/${id}`, { query: { location } }),
          'works',
          /403|404/,
        );
      },
    },
    {
      id: 'jobs.answers-are-private',
      question: 'Is the answer of a query hidden from someone who may read all jobs?',
      why: 'The service cannot read what a person’s query has counted; it is left in a file instead.',
      where: 'libs/core/src/run/write-shards.ts',
      source: 'https://cloud.google.com/bigquery/docs/cached-results#how_cached_results_are_stored',
      expected: ['refused'],
      needs: ['impersonate'],
      async ask(world) {
        const colleague = await world.secondBigQuery();
        const job = (await colleague.query('SELECT 42 AS secret')).orThrow();
        return told(await world.bigquery.results(job), 'works', /403|accessDenied/);
      },
    },
    {
      id: 'jobs.witness-in-a-file',
      question: 'Can EXPORT DATA leave one row of counts in a file that the service reads?',
      why: 'That is how a count made with a person’s rights reaches the service when they have gone.',
      where: 'libs/core/src/run/write-shards.ts',
      expected: ['{"row_count":"3"}'],
      async ask(world) {
        const folder = world.folder();
        const sql = `EXPORT DATA OPTIONS (uri='${world.uri(`${folder}*.json`)}', format='JSON', overwrite=true) AS SELECT COUNT(*) AS row_count FROM UNNEST([1, 2, 3])`;
        (await world.bigquery.query(sql)).orThrow();
        const texts = [];
        for (const { name } of await world.storage.list(folder))
          texts.push((await world.storage.media(name)).orThrow().text);
        return { answer: texts.join('').trim() };
      },
    },
  ],
};
