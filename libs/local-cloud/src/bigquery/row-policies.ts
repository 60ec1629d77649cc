import { CloudError, notImplemented } from '../http/cloud-error.js';
import { type ResolvedTable } from '../googlesql/translate.js';
import { type Caller } from '../identity/caller.js';
import { type BigQueryContext, tableResource } from './bigquery-context.js';
import { tableId } from './bigquery-errors.js';
import { type RowAccessPolicy, type TableRecord } from './catalog-records.js';
import { translate } from './query-translator.js';

/** Leaves the rows that the table's row access policies let the caller see: none, when no policy names them. */
export async function applyRowPolicies(
  context: BigQueryContext,
  caller: Caller,
  resolved: ResolvedTable & { readonly table: TableRecord },
  asOfMs?: number,
): Promise<ResolvedTable> {
  const { table, relation, schema } = resolved;
  const policies = table.policies ?? [];
  if (asOfMs !== undefined) requirePast(caller, table);
  if (policies.length === 0) return resolved;
  if (resolved.pseudo)
    throw notImplemented('row access policies of tables partitioned by ingestion time');
  const granted = policies.filter((policy) => isGranted(policy, caller.email));
  if (granted.length === 0) return { relation: `(SELECT * FROM ${relation} WHERE false)`, schema };
  return { relation: `(${await filterSql(context, caller, resolved, granted)})`, schema };
}

/** Earlier rows of a table that has, or has had, row access policies are for its administrators. Throws 403. */
function requirePast(caller: Caller, table: TableRecord): void {
  const isRestricted = table.hasHadPolicies ?? (table.policies ?? []).length > 0;
  const permission = 'bigquery.rowAccessPolicies.overrideTimeTravelRestrictions';
  if (isRestricted && !caller.can(permission, tableResource(table)))
    throw new CloudError(
      403,
      'accessDenied',
      `Access Denied: BigQuery BigQuery: Time travel on table ${tableId(table)} is forbidden as it has (or has had) row access policies.`,
    );
}

/**
 * Throws 403 unless the caller may see every row: some ways of reading rows do not filter them. A policy says so when its
 * whole condition is TRUE.
 */
export function requireAllRows(caller: Caller, table: TableRecord): void {
  const policies = table.policies ?? [];
  const seesAll = policies.some(
    (policy) =>
      isGranted(policy, caller.email) && /^\(*\s*TRUE\s*\)*$/i.test(policy.filterPredicate.trim()),
  );
  if (policies.length > 0 && !seesAll)
    throw new CloudError(
      403,
      'accessDenied',
      `Access Denied: Table ${tableId(table)}: User does not have full access for table ${tableId(table)} due to row access policies.`,
    );
}

async function filterSql(
  { clock }: BigQueryContext,
  caller: Caller,
  { table, relation, schema }: ResolvedTable & { readonly table: TableRecord },
  granted: readonly RowAccessPolicy[],
): Promise<string> {
  const { projectId, datasetId, tableId: id } = table;
  const condition = granted.map(({ filterPredicate }) => `(${filterPredicate})`).join(' OR ');
  const statement = await translate(
    `SELECT * FROM \`${projectId}.${datasetId}.${id}\` WHERE ${condition}`,
    {
      defaultProject: projectId,
      parameters: [],
      nowMs: clock.nowMs(),
      sessionUser: caller.email,
      resolveTable: () => ({ relation, schema }),
    },
  );
  if (statement.kind !== 'query' || statement.parameters.length > 0)
    throw new CloudError(
      501,
      'notImplemented',
      `The local cloud cannot apply the row access policies of ${tableId(table)}.`,
    );
  return statement.sql;
}

function isGranted({ grantees }: RowAccessPolicy, email: string): boolean {
  return grantees.some((grantee) => {
    if (grantee === 'allUsers') return true;
    if (grantee === 'allAuthenticatedUsers') return email !== 'anonymous';
    const [kind = '', who = ''] = grantee.split(':');
    if (kind === 'domain') return email.toLowerCase().endsWith(`@${who.toLowerCase()}`);
    return (
      (kind === 'user' || kind === 'serviceAccount') && who.toLowerCase() === email.toLowerCase()
    );
  });
}
