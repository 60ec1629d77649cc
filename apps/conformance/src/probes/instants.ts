import { type Area } from '../probe.js';
import { told } from '../told.js';
import { type World } from '../world.js';

const compile = 'libs/core/src/plan/compile-request.ts';
const travel = 'https://cloud.google.com/bigquery/docs/time-travel';
const days = (count: number): number => count * 24 * 3_600_000;

/** A table of one partition, and an instant at which it was there. */
async function partitioned(world: World): Promise<{ table: string; atMs: number }> {
  const table = await world.table("SELECT DATE '2026-01-02' AS day, 7 AS id", 'PARTITION BY day');
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  return { table, atMs: (await googleNow(world)) - 500 };
}

/** Google's clock, to the millisecond. */
async function googleNow({ bigquery }: World): Promise<number> {
  const [[now] = []] = await bigquery.rows('SELECT UNIX_MILLIS(CURRENT_TIMESTAMP())');
  return Number(now);
}

const asOf = (table: string, instant: string): string =>
  `SELECT * FROM ${table} AS t FOR SYSTEM_TIME AS OF ${instant}`;

/** Reading a table as it was. */
export const instants: Area = {
  name: 'instants',
  title: 'Instants: a table as it was',
  probes: [
    {
      id: 'instants.extract-at',
      question: 'Does an extract job take a time decorator (t@milliseconds)?',
      why: 'An extract holds the rows of the instant at which it was asked for.',
      where: compile,
      source: 'https://cloud.google.com/bigquery/docs/table-decorators',
      expected: ['works'],
      async ask(world) {
        const { table, atMs } = await partitioned(world);
        return told((await world.extract(`${table}@${atMs}`)).job, 'works');
      },
    },
    {
      id: 'instants.extract-partition',
      question: 'Does an extract job take a partition decorator (t$20260102)?',
      why: 'One partition is exported free of charge.',
      where: compile,
      source: 'https://cloud.google.com/bigquery/docs/exporting-data',
      expected: ['works'],
      async ask(world) {
        const { table } = await partitioned(world);
        return told((await world.extract(`${table}$20260102`)).job, 'works');
      },
    },
    {
      id: 'instants.extract-partition-at',
      question: 'Does an extract job take both decorators at once (t$20260102@milliseconds)?',
      why: 'Nothing rests on it: the two are never put together, since copy jobs refuse the pair.',
      where: compile,
      source: 'https://cloud.google.com/bigquery/docs/access-historical-data',
      expected: ['refused', 'works'],
      async ask(world) {
        const { table, atMs } = await partitioned(world);
        return told((await world.extract(`${table}$20260102@${atMs}`)).job, 'works');
      },
    },
    {
      id: 'instants.query-at',
      question: 'May FOR SYSTEM_TIME AS OF stand behind an alias, with a constant?',
      why: 'That is how a query reads a table at the instant of its export.',
      where: compile,
      source:
        'https://cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#for_system_time_as_of',
      expected: ['works'],
      async ask(world) {
        const { table, atMs } = await partitioned(world);
        const sql = asOf(world.quoted(table), `TIMESTAMP_MILLIS(${atMs})`);
        return told(await world.bigquery.query(sql), 'works');
      },
    },
    {
      id: 'instants.query-in-the-future',
      question: 'Is an instant after the current one refused?',
      why: 'Instants are taken from Google’s clock; one of a machine that runs fast would be refused.',
      where: compile,
      source:
        'https://cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#for_system_time_as_of',
      expected: ['refused'],
      async ask(world) {
        const { table } = await partitioned(world);
        const future = 'TIMESTAMP_ADD(CURRENT_TIMESTAMP(), INTERVAL 60 SECOND)';
        const sql = asOf(world.quoted(table), future);
        return told(await world.bigquery.query(sql), 'works', /future|after|time/i);
      },
    },
    {
      id: 'instants.extract-in-the-future',
      question: 'Is an extract at an instant after the current one refused?',
      why: 'Nothing rests on it: no such instant is asked for.',
      where: compile,
      expected: ['refused', 'works'],
      async ask(world) {
        const { table, atMs } = await partitioned(world);
        return told((await world.extract(`${table}@${atMs + 60_000}`)).job, 'works');
      },
    },
    {
      id: 'instants.before-the-table',
      question: 'Is an instant before the table was made refused?',
      why: 'An export at such an instant is refused before anything runs.',
      where: compile,
      source: travel,
      expected: ['refused'],
      async ask(world) {
        const { table, atMs } = await partitioned(world);
        const sql = asOf(world.quoted(table), `TIMESTAMP_MILLIS(${atMs - days(1)})`);
        return told(await world.bigquery.query(sql), 'works');
      },
    },
    {
      id: 'instants.window-is-told',
      question: 'Does a dataset tell its time travel window in hours, as text?',
      why: 'How far back an export may reach is read from the dataset.',
      where: 'libs/google/src/google-warehouse.ts',
      source: `${travel}#configure_the_time_travel_window`,
      expected: ['"48"'],
      async ask(world) {
        const path = `/datasets/${world.scratch.dataset}`;
        const json = { maxTimeTravelHours: '48' };
        (await world.bigquery.call(path, { method: 'PATCH', json })).orThrow();
        const answer = await world.bigquery.call(path);
        return { answer: JSON.stringify(answer.orThrow().at('maxTimeTravelHours')) };
      },
    },
    {
      id: 'instants.window-bounds',
      question: 'Is a window of less than two or more than seven days refused?',
      why: 'Where a dataset tells no window, seven days are assumed.',
      where: compile,
      source: `${travel}#configure_the_time_travel_window`,
      expected: ['24 refused, 192 refused'],
      async ask(world) {
        const path = `/datasets/${world.scratch.dataset}`;
        const tried = [];
        for (const hours of [24, 192]) {
          const json = { maxTimeTravelHours: String(hours) };
          const answer = await world.bigquery.call(path, { method: 'PATCH', json });
          tried.push(`${hours} ${answer.ok ? 'works' : 'refused'}`);
        }
        return { answer: tried.join(', ') };
      },
    },
    {
      id: 'instants.dry-run-refuses',
      question: 'Does a dry run refuse an instant that the query itself would refuse?',
      why: 'Whether a table may be read at an instant is asked by a dry run, not assumed.',
      where: 'libs/core/src/plan/prepare-plan.ts',
      expected: ['refused'],
      async ask(world) {
        const { table, atMs } = await partitioned(world);
        const sql = asOf(world.quoted(table), `TIMESTAMP_MILLIS(${atMs - days(1)})`);
        return told(await world.bigquery.dryRun(sql), 'works');
      },
    },
  ],
};
