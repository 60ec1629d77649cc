import { join } from 'node:path';
import { type BigQueryContext } from '../bigquery/bigquery-context.js';
import { quoteText } from '../bigquery/duckdb-type.js';
import { castColumns, withReadableCopy } from '../bigquery/load-file.js';
import { findSampleFolder } from './sample-folder.js';
import { protectedDatasets, type ProtectedTable, protectedTables } from './protected-tables.js';
import { type SampleTable } from './sample-table.js';
import { sampleTables } from './sample-tables.js';

const datasetId = 'samples';

/** Makes what is missing of the sample datasets; quick when all of it is there. */
export async function seedSamples(context: BigQueryContext, samplesFolder?: string): Promise<void> {
  const { catalog, projectId } = context;
  await requireDataset(context, datasetId, 'Real and generated tables to try things on.');
  const has = (id: string, tableId: string): boolean =>
    catalog.findTableOrGhost({ projectId, datasetId: id, tableId }) !== undefined;
  for (const table of sampleTables)
    if (!has(datasetId, table.tableId)) await seedTable(context, datasetId, table, samplesFolder);
  if (!has(datasetId, 'delayed_flights')) await seedView(context);
  for (const [id, description] of Object.entries(protectedDatasets))
    await requireDataset(context, id, description);
  for (const table of protectedTables(projectId))
    if (!has(table.datasetId, table.tableId)) await seedProtected(context, table);
}

async function requireDataset(
  { catalog, clock, projectId }: BigQueryContext,
  id: string,
  description: string,
): Promise<void> {
  if (catalog.findDataset(projectId, id)) return;
  const nowMs = clock.nowMs();
  const created = { createdMs: nowMs, modifiedMs: nowMs };
  await catalog.commit({
    datasets: [{ projectId, datasetId: id, location: 'US', ...created, settings: { description } }],
  });
}

async function seedProtected(context: BigQueryContext, table: ProtectedTable): Promise<void> {
  const { datasetId: id, tableId, policies = [] } = table;
  await seedTable(context, id, table, undefined);
  if (policies.length === 0) return;
  const nowMs = context.clock.nowMs();
  const made = policies.map((policy) => ({ ...policy, createdMs: nowMs, modifiedMs: nowMs }));
  await context.tables.alter(
    { projectId: context.projectId, datasetId: id, tableId },
    (before) => ({ ...before, policies: made }),
  );
}

async function seedTable(
  context: BigQueryContext,
  id: string,
  sample: SampleTable,
  samplesFolder: string | undefined,
): Promise<void> {
  const { file, schema, tableId, description, settings } = sample;
  const fill = (path: string): Promise<unknown> =>
    context.tables.replace(
      { projectId: context.projectId, datasetId: id, tableId },
      { kind: 'TABLE', schema, settings: { description, ...settings } },
      { sql: castColumns(schema, `(${sample.sql(quoteText(path))})`) },
    );
  if (file === undefined) await fill('');
  else await withReadableCopy(context, join(samplesFolder ?? findSampleFolder(), file), fill);
}

async function seedView({ tables, catalog, projectId }: BigQueryContext): Promise<void> {
  const flights = catalog.table({ projectId, datasetId, tableId: 'flights' });
  const query = `SELECT date, origin, destination, delay\nFROM \`${projectId}.${datasetId}.flights\`\nWHERE delay > 60`;
  const wanted = ['date', 'origin', 'destination', 'delay'];
  await tables.create(
    { projectId, datasetId, tableId: 'delayed_flights' },
    {
      kind: 'VIEW',
      schema: wanted.flatMap((name) => flights.schema.filter((field) => field.name === name)),
      settings: {
        description: 'Flights that were more than an hour late.',
        view: { query, useLegacySql: false },
      },
    },
  );
}
