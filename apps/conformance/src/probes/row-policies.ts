import { type Area } from '../probe.js';
import { told } from '../told.js';
import { type World } from '../world.js';

const compile = 'libs/core/src/plan/compile-request.ts';
const features = 'https://cloud.google.com/bigquery/docs/using-row-level-security-with-features';

/** A table of four rows of which the colleague may see two; `dropped`: which had that policy. */
async function guarded(world: World, dropped = false): Promise<string> {
  await world.second();
  const table = await world.table(
    "SELECT id, IF(id < 3, 'a', 'b') AS team FROM UNNEST([1, 2, 3, 4]) AS id",
  );
  const { impersonate } = world.options;
  (
    await world.bigquery.query(
      `CREATE ROW ACCESS POLICY team_a ON ${world.quoted(table)} GRANT TO ('serviceAccount:${impersonate}') FILTER USING (team = 'a')`,
    )
  ).orThrow();
  if (dropped)
    (
      await world.bigquery.query(`DROP ALL ROW ACCESS POLICIES ON ${world.quoted(table)}`)
    ).orThrow();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  return table;
}

const pinned = (world: World, table: string): string =>
  `SELECT * FROM ${world.quoted(table)} FOR SYSTEM_TIME AS OF TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 1 SECOND)`;

/** Tables of which people see only some rows. */
export const rowPolicies: Area = {
  name: 'row-policies',
  title: 'Row access policies: tables of which people see only some rows',
  probes: [
    {
      id: 'row-policies.list-as-viewer',
      question: 'May roles/bigquery.dataViewer list a table’s row access policies?',
      why: 'Most people cannot know whether a table has policies, so nothing may rest on the list.',
      where: 'libs/google/src/google-warehouse.ts',
      source: 'https://cloud.google.com/bigquery/docs/access-control#bigquery.dataViewer',
      expected: ['refused'],
      needs: ['impersonate'],
      async ask(world) {
        const table = await guarded(world);
        const colleague = await world.secondBigQuery();
        const path = `${world.tablePath(table)}/rowAccessPolicies`;
        return told(await colleague.call(path), 'works', /403/);
      },
    },
    {
      id: 'row-policies.query',
      question: 'Does a query return the rows that the policies let through?',
      why: 'An export through a query holds what its owner may see.',
      where: compile,
      source: 'https://cloud.google.com/bigquery/docs/row-level-security-intro',
      expected: ['2 rows'],
      needs: ['impersonate'],
      async ask(world) {
        const table = await guarded(world);
        const colleague = await world.secondBigQuery();
        const rows = await colleague.rows(`SELECT id FROM ${world.quoted(table)}`);
        return { answer: `${rows.length} rows` };
      },
    },
    {
      id: 'row-policies.extract',
      question: 'Does an extract write the rows that the policies let through?',
      why: 'An extract is planned for such a table only where its rows can be counted the same way.',
      where: 'libs/core/src/plan/plan-export.ts',
      source: features,
      expected: ['2 rows'],
      needs: ['impersonate'],
      async ask(world) {
        const table = await guarded(world);
        const { job, text } = await world.extract(table, {}, await world.secondBigQuery());
        if (job.refusal !== undefined) return told(job, '');
        return { answer: `${(await text()).split('\n').filter(Boolean).length} rows` };
      },
    },
    {
      id: 'row-policies.query-at',
      question:
        'Is an earlier instant of a table with policies refused to those whom they concern?',
      why: 'Such a table is read as it is, without an instant.',
      where: compile,
      source: features,
      expected: ['refused'],
      needs: ['impersonate'],
      async ask(world) {
        const table = await guarded(world);
        const colleague = await world.secondBigQuery();
        return told(await colleague.query(pinned(world, table)), 'works', /403|accessDenied|time/i);
      },
    },
    {
      id: 'row-policies.dry-run-at',
      question: 'Does a dry run refuse that instant, too, while it grants the table as it is?',
      why: 'A dry run is how a plan finds out whether this person may read this table at an instant.',
      where: 'libs/core/src/plan/prepare-plan.ts',
      source: features,
      expected: ['at an instant: refused, as it is: works'],
      needs: ['impersonate'],
      async ask(world) {
        const table = await guarded(world);
        const colleague = await world.secondBigQuery();
        const at = told(await colleague.dryRun(pinned(world, table)), 'works');
        const now = told(await colleague.dryRun(`SELECT * FROM ${world.quoted(table)}`), 'works');
        return {
          answer: `at an instant: ${at.answer}, as it is: ${now.answer}`,
          message: at.message,
        };
      },
    },
    {
      id: 'row-policies.extract-at',
      question: 'Is an extract of an earlier instant of such a table refused?',
      why: 'As for queries: no instant is asked for.',
      where: compile,
      source: features,
      expected: ['refused'],
      needs: ['impersonate'],
      async ask(world) {
        const table = await guarded(world);
        const colleague = await world.secondBigQuery();
        const { job } = await world.extract(`${table}@${Date.now() - 1_000}`, {}, colleague);
        return told(job, 'works', /403|accessDenied|time/i);
      },
    },
    {
      id: 'row-policies.past',
      question: 'Is an earlier instant still refused when the policies have been dropped?',
      why: 'A table without policies may have had some: only asking tells.',
      where: 'libs/core/src/plan/prepare-plan.ts',
      source: 'https://cloud.google.com/bigquery/docs/time-travel#time_travel_and_row-level_access',
      expected: ['refused'],
      needs: ['impersonate'],
      async ask(world) {
        const table = await guarded(world, true);
        const colleague = await world.secondBigQuery();
        return told(await colleague.query(pinned(world, table)), 'works', /403|accessDenied|time/i);
      },
    },
    {
      id: 'row-policies.preview',
      question: 'Is tabledata.list refused on a table whose policies let only some rows through?',
      why: 'The preview of such a table says why there is none.',
      where: 'libs/google/src/google-warehouse.ts',
      source: features,
      expected: ['refused'],
      needs: ['impersonate'],
      async ask(world) {
        const table = await guarded(world);
        const colleague = await world.secondBigQuery();
        return told(await colleague.call(`${world.tablePath(table)}/data`), 'works', /403/);
      },
    },
  ],
};
