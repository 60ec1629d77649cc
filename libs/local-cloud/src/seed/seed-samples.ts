import { join } from 'node:path';
import { type BigQueryContext } from '../bigquery/bigquery-context.js';
import { quoteText } from '../bigquery/duckdb-type.js';
import { castColumns, withReadableCopy } from '../bigquery/load-file.js';
import { findSampleFolder } from './sample-folder.js';
import { type SampleTable, sampleTables } from './sample-tables.js';

const datasetId = 'samples';

/** Makes what is missing of the dataset `samples`; quick when all of it is there. */
export async function seedSamples(context: BigQueryContext, samplesFolder?: string): Promise<void> {
  const { catalog, clock, projectId } = context;
  if (!catalog.findDataset(projectId, datasetId)) {
    const nowMs = clock.nowMs();
    const settings = { description: 'Real and generated tables to try things on.' };
    await catalog.commit({
      datasets: [
        { projectId, datasetId, location: 'US', createdMs: nowMs, modifiedMs: nowMs, settings },
      ],
    });
  }
  const has = (tableId: string): boolean =>
    catalog.findTableOrGhost({ projectId, datasetId, tableId }) !== undefined;
  const missing = sampleTables.filter(({ tableId }) => !has(tableId));
  for (const table of missing) await seedTable(context, table, samplesFolder);
  if (!has('delayed_flights')) await seedView(context);
}

async function seedTable(
  context: BigQueryContext,
  sample: SampleTable,
  samplesFolder: string | undefined,
): Promise<void> {
  const { file, schema, tableId, description, settings } = sample;
  const fill = (path: string): Promise<unknown> =>
    context.tables.replace(
      { projectId: context.projectId, datasetId, tableId },
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
