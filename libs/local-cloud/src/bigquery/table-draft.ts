import { notImplemented } from '../http/cloud-error.js';
import { type Caller } from '../identity/caller.js';
import { type TableName } from '../googlesql/translate.js';
import { type BigQueryContext } from './bigquery-context.js';
import { invalid, required } from './bigquery-errors.js';
import { type TableKind, type TableRecord } from './catalog-records.js';
import { type ExternalDefinition, externalRelation } from './external-tables.js';
import { ingestionUnitOf } from './partitions.js';
import { requirePlainNames } from './plain-names.js';
import { analyzeQuery } from './query-analysis.js';
import { readSchema } from './read-schema.js';
import { type TableDraft } from './table-store.js';
import { readSettings } from './writable-settings.js';

/** What `tables.insert` asks to create; a view's query is analyzed with the caller's eyes. Throws 400. */
export async function draftTable(
  context: BigQueryContext,
  caller: Caller,
  name: TableName,
  body: Readonly<Record<string, unknown>>,
): Promise<TableDraft> {
  const kind = kindOf(body);
  const settings = readSettings('table', body);
  const fields = (body['schema'] as { fields?: unknown } | undefined)?.fields;
  const given = fields === undefined ? undefined : readSchema(fields);
  switch (kind) {
    case 'VIEW':
    case 'MATERIALIZED_VIEW':
      return { kind, settings, schema: await viewSchemaOf(context, caller, name, settings) };
    case 'EXTERNAL': {
      const definition = settings['externalDataConfiguration'] as ExternalDefinition;
      requirePlainNames(given ?? []);
      const schema = given ?? (await externalRelation(context, caller, definition)).schema;
      return { kind, settings, schema };
    }
    case 'TABLE':
      requirePartitioning(settings, given ?? []);
      return { kind, settings, schema: given ?? [] };
  }
}

/** Snapshots are made by copy jobs only. */
function kindOf(body: Readonly<Record<string, unknown>>): Exclude<TableKind, 'SNAPSHOT'> {
  if (body['snapshotDefinition'] || body['cloneDefinition'])
    throw notImplemented('snapshots and clones');
  if (body['view']) return 'VIEW';
  if (body['materializedView']) return 'MATERIALIZED_VIEW';
  return body['externalDataConfiguration'] ? 'EXTERNAL' : 'TABLE';
}

/** The columns of a view's query. */
export async function viewSchemaOf(
  context: BigQueryContext,
  caller: Caller,
  { projectId }: TableName,
  settings: Readonly<Record<string, unknown>>,
): Promise<TableRecord['schema']> {
  const view = (settings['view'] ?? settings['materializedView']) as {
    query?: string;
    useLegacySql?: boolean;
  };
  if (!view.query) throw required('view.query');
  if (view.useLegacySql === true) throw notImplemented('views in legacy SQL');
  const { statement } = await analyzeQuery(
    context,
    caller,
    projectId,
    { query: view.query },
    { isDryRun: true, isOfView: true },
  );
  if (statement.kind !== 'query') throw invalid('A view needs a query.');
  return statement.columns;
}

/** 400 unless the partitioning is by ingestion time or names a column of a fitting type. */
export function requirePartitioning(
  settings: Readonly<Record<string, unknown>>,
  schema: TableRecord['schema'],
): void {
  const time = settings['timePartitioning'] as { type?: string; field?: string } | undefined;
  ingestionUnitOf(settings);
  const byRange = settings['rangePartitioning'] as { field?: string } | undefined;
  const wanted = time?.field ?? byRange?.field;
  if (wanted === undefined) return;
  const types = time ? ['DATE', 'TIMESTAMP', 'DATETIME'] : ['INTEGER'];
  const field = schema.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  if (!field || !types.includes(field.type) || field.mode === 'REPEATED')
    throw invalid(
      `The field specified for partitioning cannot be found in the schema, or its type is none of ${types.join(', ')}: ${wanted}`,
    );
}
