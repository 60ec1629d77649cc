import { type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import { bindParameters } from '../googlesql/analyzer/bind-parameters.js';
import { type TableChange } from '../googlesql/table-change.js';
import { type TableName, type TranslatedStatement } from '../googlesql/translate.js';
import { notImplemented } from '../http/cloud-error.js';
import { type Caller } from '../identity/caller.js';
import { type BigQueryContext, datasetResource, tableResource } from './bigquery-context.js';
import { alreadyExists, asQueryError, invalid, tableId } from './bigquery-errors.js';
import { type TableStorage } from './catalog-records.js';
import { duckdbTypeOf, quoteName } from './duckdb-type.js';
import { type JobOutcome, type JobRun } from './job-draft.js';
import { type QueryAnalysis } from './query-analysis.js';
import { requireColumnNames } from './column-names.js';
import { requireColumns } from './column-guard.js';
import { requirePartitioning } from './table-draft.js';
import { requireNewTableId } from './table-name.js';
import { goneColumn, partitionStartColumn, physicalName } from './table-rows.js';
import { createPolicy, requirePolicyChange } from './policy-statements.js';
import { insertRows, type RowSource } from './physical-table.js';
import { dropRowPolicies } from './row-policy-changes.js';
import { type Runner } from './table-store.js';

type Change = Extract<TranslatedStatement, { kind: 'change' }>;
type Of<K extends TableChange['kind']> = Extract<TableChange, { kind: K }>;

/** Temporary tables are there for a day; only their script can name them. */
const temporaryLifetimeMs = 24 * 60 * 60 * 1000;

/** Checks what a DDL or DML statement needs (throwing BigQuery's 403, 404 and 409) and gives the work that does it. */
export function prepareChange(
  context: BigQueryContext,
  caller: Caller,
  { change, statementType }: Change,
  { bytes, analysis }: { readonly bytes: number; readonly analysis: QueryAnalysis },
): {
  readonly statistics: Readonly<Record<string, unknown>>;
  work(run: JobRun): Promise<JobOutcome>;
} {
  requireChange(context, caller, change);
  const isDdl = /^(CREATE|DROP)/.test(statementType);
  return {
    statistics: {
      statementType,
      totalBytesProcessed: String(bytes),
      totalBytesBilled: String(bytes === 0 ? 0 : Math.max(10_485_760, bytes)),
      cacheHit: false,
      referencedTables: analysis.referencedTables,
      ...(isDdl
        ? { ...targetOf(change), ddlOperationPerformed: operationOf(context, change) }
        : {}),
    },
    async work(run) {
      const runner: Runner = (connection, work) => run.run(connection, work);
      try {
        const count = await doChange(context, caller, change, runner);
        return count === undefined ? {} : { statistics: { [countOf(change)]: String(count) } };
      } catch (error) {
        throw asQueryError(error);
      }
    },
  };
}

/** What a statement defines or drops: a table, or a policy of one. */
function targetOf(change: TableChange): Readonly<Record<string, unknown>> {
  const isOfPolicy = change.kind === 'create-policy' || change.kind === 'drop-policy';
  return isOfPolicy && change.policyId !== undefined
    ? { ddlTargetRowAccessPolicy: { ...change.name, policyId: change.policyId } }
    : { ddlTargetTable: change.name };
}

const countOf = ({ kind }: TableChange): string =>
  kind === 'drop-policy' ? 'ddlAffectedRowAccessPolicyCount' : 'numDmlAffectedRows';

function requireChange(context: BigQueryContext, caller: Caller, change: TableChange): void {
  const { catalog } = context;
  const { name } = change;
  const existing = catalog.findTable(name);
  if (change.kind === 'create-table' || change.kind === 'create-view')
    requireColumnNames(change.schema);
  if ('temporaryName' in change && change.temporaryName !== undefined) {
    if (existing && change.mode === 'CREATE') throw alreadyExists(`Table ${change.temporaryName}`);
    requirePartitioning(change.settings, change.schema);
    return;
  }
  catalog.dataset(name.projectId, name.datasetId);
  switch (change.kind) {
    case 'create-table':
    case 'create-view': {
      const kind = change.kind === 'create-table' ? 'TABLE' : 'VIEW';
      requireNewTableId(name.tableId);
      if (existing) caller.require('bigquery.tables.update', tableResource(name));
      else
        caller.require('bigquery.tables.create', datasetResource(name.projectId, name.datasetId));
      if (existing && change.mode === 'CREATE') throw alreadyExists(`Table ${tableId(name)}`);
      if (existing && change.mode === 'OR REPLACE' && existing.kind !== kind)
        throw invalid(
          `${tableId(name)} is not allowed for this operation because it is currently a ${existing.kind}.`,
        );
      requirePartitioning(change.settings, change.schema);
      return;
    }
    case 'drop':
      if (!existing && change.ifExists) return;
      caller.require('bigquery.tables.delete', tableResource(name));
      if (catalog.table(name).kind !== change.what)
        throw invalid(
          `Cannot drop ${tableId(name)} which has type ${catalog.table(name).kind}. An object of type ${change.what} was expected.`,
        );
      return;
    case 'create-policy':
    case 'drop-policy':
      requirePolicyChange(catalog, caller, change);
      return;
    default: {
      const table = catalog.table(name);
      if (table.kind !== 'TABLE')
        throw invalid(
          `${tableId(name)} is not allowed for this operation because it is currently a ${table.kind}.`,
        );
      caller.require('bigquery.tables.updateData', tableResource(name));
      if (change.kind !== 'delete' && change.kind !== 'update') return;
      if ((table.policies ?? []).length > 0)
        throw notImplemented(`${change.kind.toUpperCase()} on tables with row access policies`);
      requireColumns(
        caller,
        table,
        table.schema.map((field) => field.name),
      );
    }
  }
}

function operationOf({ catalog }: BigQueryContext, change: TableChange): string {
  const table = catalog.findTable(change.name);
  const exists =
    'policyId' in change && change.policyId !== undefined
      ? (table?.policies ?? []).some(({ policyId }) => policyId === change.policyId)
      : table !== undefined;
  if (change.kind === 'drop' || change.kind === 'drop-policy') return exists ? 'DROP' : 'SKIP';
  if (!exists) return 'CREATE';
  return 'mode' in change && change.mode === 'IF NOT EXISTS' ? 'SKIP' : 'REPLACE';
}

/** Returns the number of rows that changed, of DML, or of all policies that were dropped. */
async function doChange(
  context: BigQueryContext,
  caller: Caller,
  change: TableChange,
  run: Runner,
): Promise<number | undefined> {
  const { tables, catalog, policies } = context;
  const { name } = change;
  switch (change.kind) {
    case 'create-table':
      await createTable(context, change, run);
      return undefined;
    case 'create-view': {
      const { schema, settings } = change;
      if (!catalog.findTable(name)) await tables.create(name, { kind: 'VIEW', schema, settings });
      else if (change.mode === 'OR REPLACE') await tables.alter(name, () => ({ schema, settings }));
      return undefined;
    }
    case 'drop':
      if (!catalog.findTable(name) && change.ifExists) return undefined;
      await tables.delete(name);
      await policies.setBindings(tableResource(name), []);
      return undefined;
    case 'create-policy':
      await createPolicy(context, caller, change);
      return undefined;
    case 'drop-policy': {
      const count = await dropRowPolicies(context, name, change.policyId);
      return change.policyId === undefined ? count : undefined;
    }
    case 'insert':
      return tables.append(name, change.query, run);
    case 'truncate':
      return changeRows(context, name, run, (connection, storage, number) =>
        close(connection, storage, number, 't', 'true', []),
      );
    case 'delete':
      return changeRows(context, name, run, (connection, storage, number) =>
        close(connection, storage, number, change.alias, change.condition, change.bound),
      );
    case 'update':
      return changeRows(context, name, run, (connection, storage, number) =>
        update(connection, storage, number, change, catalog.clock.nowMs()),
      );
  }
}

async function createTable(
  { tables, catalog, clock }: BigQueryContext,
  { name, mode, schema, settings, query, temporaryName }: Of<'create-table'>,
  run: Runner,
): Promise<void> {
  const exists = catalog.findTable(name) !== undefined;
  if (exists && mode === 'IF NOT EXISTS') return;
  if (exists && mode === 'CREATE') throw alreadyExists(`Table ${tableId(name)}`);
  const columns = schema.map(
    (field) => `CAST(NULL AS ${duckdbTypeOf(field)}) AS ${quoteName(field.name)}`,
  );
  const none: RowSource = { sql: `SELECT ${columns.join(', ')} WHERE false` };
  const lifetime =
    temporaryName === undefined
      ? {}
      : { expirationTime: String(clock.nowMs() + temporaryLifetimeMs) };
  await tables.replace(
    name,
    { kind: 'TABLE', schema, settings: { ...settings, ...lifetime } },
    query ?? none,
    run,
  );
}

async function changeRows(
  { tables }: BigQueryContext,
  name: TableName,
  run: Runner,
  work: (connection: DuckDBConnection, storage: TableStorage, number: number) => Promise<number>,
): Promise<number> {
  let rows = 0;
  await tables.change(name, async (connection, storage, number) => {
    rows = await run(connection, () => work(connection, storage, number));
  });
  return rows;
}

/** Ends the life of the rows for which the condition holds. */
async function close(
  connection: DuckDBConnection,
  storage: TableStorage,
  number: number,
  alias: string,
  condition: string,
  values: readonly (string | null)[],
): Promise<number> {
  const { sql, parameters } = bindParameters(
    `UPDATE ${physicalName(storage)} AS ${alias} SET ${goneColumn} = ${number} WHERE ${alias}.${goneColumn} IS NULL AND (${condition})`,
    values,
  );
  return (await connection.run(sql, parameters as DuckDBValue[])).rowsChanged;
}

/** The old versions of the rows end, and new ones are made of them. */
async function update(
  connection: DuckDBConnection,
  storage: TableStorage,
  number: number,
  { alias, condition, values, bound }: Of<'delete' | 'update'>,
  nowMs: number,
): Promise<number> {
  const rows = await close(connection, storage, number, alias, condition, bound);
  const source = bindParameters(
    `SELECT ${values.join(', ')}${storage.ingestion ? `, ${alias}.${partitionStartColumn}` : ''} FROM ${physicalName(storage)} AS ${alias} WHERE ${alias}.${goneColumn} = ${number}`,
    bound,
  );
  await insertRows(
    connection,
    storage,
    { ...source, ...(storage.ingestion ? { hasPartitionStarts: true } : {}) },
    { change: number, nowMs },
  );
  return rows;
}
