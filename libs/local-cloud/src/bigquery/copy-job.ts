import { notImplemented } from '../http/cloud-error.js';
import { type TableName } from '../googlesql/translate.js';
import { type Caller } from '../identity/caller.js';
import { type BigQueryContext } from './bigquery-context.js';
import { invalid, required } from './bigquery-errors.js';
import { quoteName } from './duckdb-type.js';
import { type JobOutcome, type JobRun } from './job-draft.js';
import { requireColumns } from './column-guard.js';
import { applyRowPolicies } from './row-policies.js';
import { parseTableId, readTableReference, requireOneDecorator } from './table-name.js';
import { requireReadable, resolveNativeTable } from './table-resolver.js';
import { partitionStartColumn } from './table-rows.js';
import { readDestination, requireDestination, writeRows } from './write-disposition.js';

/** Reads a copy's configuration (400 when it is wrong) and gives the work. */
export function prepareCopy(
  context: BigQueryContext,
  caller: Caller,
  projectId: string,
  configuration: Readonly<Record<string, unknown>>,
): { location: string | undefined; work(run: JobRun): Promise<JobOutcome> } {
  const operation = configuration['operationType'] ?? 'COPY';
  if (operation !== 'COPY' && operation !== 'SNAPSHOT')
    throw notImplemented(`copy jobs of the type ${String(operation)}`);
  const references = (configuration['sourceTables'] ?? [configuration['sourceTable']]) as unknown[];
  if (references.length === 0) throw required('sourceTables');
  const nowMs = context.clock.nowMs();
  const sources = references.map((reference) =>
    parseTableId(readTableReference(reference, 'sourceTable', projectId), nowMs),
  );
  sources.forEach(requireOneDecorator);
  const target = readTableReference(
    configuration['destinationTable'],
    'destinationTable',
    projectId,
  );
  const destination = readDestination(parseTableId(target, nowMs), configuration, 'WRITE_EMPTY');
  const work = async (run: JobRun): Promise<JobOutcome> => {
    requireDestination(context, caller, destination);
    const parts: string[] = [];
    let template: Source | undefined;
    for (const source of sources) {
      requireReadable(caller, source.name);
      const native = resolveNativeTable(context.catalog, source, true, 'managed');
      const paths = native.schema.map(({ name }) => name);
      requireColumns(caller, native.table, paths);
      if (template && shapeOf(template) !== shapeOf(native))
        throw invalid('The source tables of a copy must have the same schema.');
      template ??= native;
      const { relation } = await applyRowPolicies(context, caller, native, source.asOfMs);
      parts.push(
        `SELECT ${[...paths.map(quoteName), ...startOf(native)].join(', ')} FROM ${relation}`,
      );
    }
    if (!template) throw required('sourceTables');
    const isWhole = sources.every(({ partitionId }) => partitionId === undefined);
    const rowCount = await writeRows(
      context,
      {
        ...destination,
        settings: isWhole ? inherited(template.table.settings) : {},
      },
      template.schema,
      {
        sql: parts.join(' UNION ALL '),
        ...(startOf(template).length > 0 ? { hasPartitionStarts: true } : {}),
      },
      (connection, statement) => run.run(connection, statement),
    );
    if (operation === 'SNAPSHOT')
      await markAsSnapshot(context, target, sources[0]?.name, configuration);
    return { statistics: { copiedRows: String(rowCount) } };
  };
  const dataset = context.catalog.findDataset(target.projectId, target.datasetId);
  return { location: dataset?.location, work };
}

/** A snapshot is a table that says what it was taken of, and takes no more rows. */
function markAsSnapshot(
  { catalog, clock }: BigQueryContext,
  target: TableName,
  baseTableReference: TableName | undefined,
  { destinationExpirationTime: expires }: Readonly<Record<string, unknown>>,
): Promise<void> {
  return catalog.exclusively(target, async () => {
    const table = catalog.table(target);
    const settings = {
      ...table.settings,
      snapshotDefinition: {
        baseTableReference,
        snapshotTime: new Date(clock.nowMs()).toISOString(),
      },
      ...(expires ? { expirationTime: String(Date.parse(String(expires))) } : {}),
    };
    await catalog.commit({ tables: [{ ...table, kind: 'SNAPSHOT', settings }] });
  });
}

type Source = ReturnType<typeof resolveNativeTable>;

/** By ingestion time: the rows of a copy stay in their partitions. */
const startOf = ({ pseudo = [] }: Source): string[] =>
  pseudo.length > 0 ? [`CAST("_PARTITIONTIME" AS TIMESTAMP) AS ${partitionStartColumn}`] : [];

const shapeOf = ({ schema, pseudo = [] }: Source): string =>
  JSON.stringify([schema, pseudo.length > 0]);

/** A copy keeps partitioning, clustering and descriptions. */
const inherited = (settings: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    [
      'description',
      'timePartitioning',
      'rangePartitioning',
      'clustering',
      'requirePartitionFilter',
    ].flatMap((name) => (name in settings ? [[name, settings[name]]] : [])),
  );
