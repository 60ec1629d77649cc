import { CloudError } from '../http/cloud-error.js';
import { type TableName } from '../googlesql/translate.js';
import { type Caller } from '../identity/caller.js';
import { type BigQueryContext, tableResource } from './bigquery-context.js';
import { alreadyExists, invalid, invalidQuery, tableId } from './bigquery-errors.js';
import { type RowAccessPolicy, type TableRecord } from './catalog-records.js';
import { applyRowPolicies } from './row-policies.js';
import { resolveNativeTable } from './table-resolver.js';

export type PolicyDraft = Pick<RowAccessPolicy, 'policyId' | 'filterPredicate' | 'grantees'>;

/** Adds a policy (or replaces one) after its condition was found to be one. */
export async function createRowPolicy(
  context: BigQueryContext,
  caller: Caller,
  record: TableRecord,
  draft: PolicyDraft,
  { replaces = false } = {},
): Promise<RowAccessPolicy> {
  const nowMs = context.clock.nowMs();
  const policy = { ...draft, createdMs: nowMs, modifiedMs: nowMs };
  const trial = { ...policy, grantees: ['allUsers'] };
  const native = resolveNativeTable(context.catalog, { name: record });
  await applyRowPolicies(context, caller, { ...native, table: { ...record, policies: [trial] } });
  await context.tables.alter(record, (before) => {
    const policies = before.policies ?? [];
    const existing = policies.find(({ policyId }) => policyId === policy.policyId);
    if (existing && !replaces) throw policyExists(record, policy.policyId);
    const kept = existing ? { ...policy, createdMs: existing.createdMs } : policy;
    return { ...before, policies: [...policies.filter((each) => each !== existing), kept] };
  });
  return policy;
}

/** Takes policies off a table: one by its id, or all. Returns their number. */
export async function dropRowPolicies(
  context: BigQueryContext,
  name: TableName,
  policyId?: string,
): Promise<number> {
  let count = 0;
  await context.tables.alter(name, (before) => {
    const policies = before.policies ?? [];
    const kept =
      policyId === undefined ? [] : policies.filter((each) => each.policyId !== policyId);
    count = policies.length - kept.length;
    return { ...before, policies: kept };
  });
  return count;
}

/** Throws 400 where the policy is the only one: without it everyone would see all rows. */
export function requireOtherPolicy(record: TableRecord, policyId: string): void {
  if ((record.policies ?? []).every((each) => each.policyId === policyId))
    throw invalidQuery(
      `Row access policy ${policyId} is the last one on table ${tableId(record)}. Use DROP ALL ROW ACCESS POLICIES to delete it.`,
    );
}

export const policyExists = (record: TableRecord, policyId: string): CloudError =>
  alreadyExists(`Row access policy ${policyId} on table ${tableId(record)}`);

export function findPolicy(record: TableRecord, policyId: string): RowAccessPolicy {
  const policy = record.policies?.find((each) => each.policyId === policyId);
  if (!policy)
    throw new CloudError(
      404,
      'notFound',
      `Not found: Row access policy ${policyId} on table ${tableId(record)}`,
    );
  return policy;
}

/** Throws 403 unless the caller may create (or replace) policies: who sets a filter must be able to see all rows. */
export function requireCreate(caller: Caller, name: TableName, replaces: boolean): void {
  const resource = tableResource(name);
  caller.require(`bigquery.rowAccessPolicies.${replaces ? 'update' : 'create'}`, resource);
  caller.require('bigquery.rowAccessPolicies.setIamPolicy', resource);
  caller.require('bigquery.tables.getData', resource);
}

/** Throws 403 unless the caller may delete policies. */
export function requireDrop(caller: Caller, name: TableName, all: boolean): void {
  const resource = tableResource(name);
  caller.require('bigquery.rowAccessPolicies.delete', resource);
  caller.require('bigquery.rowAccessPolicies.setIamPolicy', resource);
  if (all) caller.require('bigquery.rowAccessPolicies.list', resource);
}

/** Throws 400 for what is no member of IAM. */
export function requireGrantees(grantees: readonly string[]): void {
  const wrong = grantees.find(
    (each) =>
      !/^((user|group|serviceAccount|domain):\S+|allAuthenticatedUsers|allUsers|principal(Set)?:\/\/\S+)$/.test(
        each,
      ),
  );
  if (wrong !== undefined) throw invalid(`Invalid grantee "${wrong.slice(0, 100)}"`);
}
