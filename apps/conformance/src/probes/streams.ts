import { type Area } from '../probe.js';
import { told } from '../told.js';
import { type World } from '../world.js';

const plan = 'libs/core/src/plan/plan-export.ts';
const insertAll = 'https://cloud.google.com/bigquery/docs/streaming-data-into-bigquery';

/** A table of one stored row and one that was streamed. */
async function streamed(world: World): Promise<string> {
  const table = await world.table('SELECT 1 AS id');
  for (const until = Date.now() + 90_000; ;) {
    const answer = await world.bigquery.call(`${world.tablePath(table)}/insertAll`, {
      json: { rows: [{ insertId: 'two', json: { id: 2 } }] },
    });
    // A new table may not be known yet to the front that takes streamed rows.
    if (answer.ok || answer.status !== 404 || Date.now() > until) {
      answer.orThrow();
      return table;
    }
    await new Promise((resolve) => setTimeout(resolve, 3_000));
  }
}

/** Rows that were streamed a moment ago, and partitions as they are told. */
export const streams: Area = {
  name: 'streams',
  title: 'Streamed rows, and what is told of partitions',
  probes: [
    {
      id: 'streams.query',
      question: 'Does a query see a row right after it was streamed?',
      why: 'Tables that are streamed to are read by a query.',
      where: plan,
      source: insertAll,
      expected: ['2 rows'],
      async ask(world) {
        const table = world.quoted(await streamed(world));
        const rows = await world.bigquery.rows(`SELECT id FROM ${table}`);
        return { answer: `${rows.length} rows` };
      },
    },
    {
      id: 'streams.buffer-is-told',
      question: 'Does the table tell that it has a streaming buffer?',
      why: 'That is how a plan knows.',
      where: 'libs/google/src/to-core.ts',
      source: 'https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#Streamingbuffer',
      expected: ['tells it'],
      async ask(world) {
        const path = world.tablePath(await streamed(world));
        for (const until = Date.now() + (world.config.endpoints.bigquery ? 3_000 : 90_000); ;) {
          const answer = (await world.bigquery.call(path)).orThrow();
          if (answer.at('streamingBuffer') !== undefined) return { answer: 'tells it' };
          if (Date.now() > until) return { answer: 'tells nothing' };
          await new Promise((resolve) => setTimeout(resolve, 1_000));
        }
      },
    },
    {
      id: 'streams.extract',
      question: 'How many of the two rows does an extract hold?',
      why: 'Nothing rests on it: such tables are not extracted.',
      where: plan,
      expected: ['1 rows', '2 rows'],
      async ask(world) {
        const { job, text } = await world.extract(await streamed(world));
        if (job.refusal !== undefined) return told(job, '');
        return { answer: `${(await text()).split('\n').filter(Boolean).length} rows` };
      },
    },
    {
      id: 'streams.partitions-as-viewer',
      question: 'May roles/bigquery.dataViewer with jobUser read INFORMATION_SCHEMA.PARTITIONS?',
      why: 'Partitions are listed with the rights of the person who asks.',
      where: 'libs/google/src/partitions.ts',
      source: 'https://cloud.google.com/bigquery/docs/information-schema-partitions',
      expected: ['20260102: 1'],
      needs: ['impersonate'],
      async ask(world) {
        const table = await world.table(
          "SELECT DATE '2026-01-02' AS day, 7 AS id",
          'PARTITION BY day',
        );
        const colleague = await world.secondBigQuery();
        const { project } = world.options;
        const rows = await colleague.rows(
          `SELECT partition_id, total_rows FROM \`${project}.${world.scratch.dataset}.INFORMATION_SCHEMA.PARTITIONS\` WHERE table_name = '${table}'`,
        );
        return { answer: rows.map((row) => row.join(': ')).join(', ') };
      },
    },
    {
      id: 'streams.partition-after-delete',
      question: 'Does a DELETE move a partition’s last_modified_time?',
      why: 'Where it does not, the number of rows that is told may be old: a witness counts them.',
      where: 'libs/core/src/plan/choose-partitions.ts',
      source: 'https://cloud.google.com/bigquery/docs/information-schema-partitions',
      expected: ['moves', 'stays'],
      async ask(world) {
        const table = await world.table(
          "SELECT DATE '2026-01-02' AS day, id FROM UNNEST([1, 2]) AS id",
          'PARTITION BY day',
        );
        const { project } = world.options;
        const sql = `SELECT UNIX_MILLIS(last_modified_time) FROM \`${project}.${world.scratch.dataset}.INFORMATION_SCHEMA.PARTITIONS\` WHERE table_name = '${table}'`;
        const [[before] = []] = await world.bigquery.rows(sql);
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        (await world.bigquery.query(`DELETE FROM ${world.quoted(table)} WHERE id = 1`)).orThrow();
        const [[after] = []] = await world.bigquery.rows(sql);
        return { answer: after === before ? 'stays' : 'moves' };
      },
    },
  ],
};
