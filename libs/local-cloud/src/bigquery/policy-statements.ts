import { type TableChange } from '../googlesql/table-change.js';
import { type Caller } from '../identity/caller.js';
import { type BigQueryContext } from './bigquery-context.js';
import { invalid, tableId } from './bigquery-errors.js';
import { type Catalog } from './catalog.js';
import { type TableRecord } from './catalog-records.js';
import {
  createRowPolicy,
  findPolicy,
  policyExists,
  requireCreate,
  requireDrop,
  requireGrantees,
  requireOtherPolicy,
} from './row-policy-changes.js';

type Of<K extends TableChange['kind']> = Extract<TableChange, { kind: K }>;

/** Checks what a statement about row access policies needs. Throws BigQuery's 400, 403, 404 and 409. */
export function requirePolicyChange(
  catalog: Catalog,
  caller: Caller,
  change: Of<'create-policy'> | Of<'drop-policy'>,
): void {
  const { name, policyId } = change;
  if (change.kind === 'create-policy') requireCreate(caller, name, change.mode === 'OR REPLACE');
  else requireDrop(caller, name, policyId === undefined);
  const table = catalog.table(name);
  if (table.kind !== 'TABLE')
    throw invalid(
      `${tableId(name)} is not allowed for this operation because it is currently a ${table.kind}.`,
    );
  if (change.kind === 'create-policy') {
    if (!/^[a-z]\w{0,255}$/i.test(change.policyId))
      throw invalid(`Invalid row access policy ID "${change.policyId.slice(0, 100)}"`);
    requireGrantees(change.grantees);
    if (change.mode === 'CREATE' && hasPolicy(table, change.policyId))
      throw policyExists(table, change.policyId);
    return;
  }
  if (policyId === undefined || (change.ifExists && !hasPolicy(table, policyId))) return;
  findPolicy(table, policyId);
  requireOtherPolicy(table, policyId);
}

export async function createPolicy(
  context: BigQueryContext,
  caller: Caller,
  { name, mode, policyId, filterPredicate, grantees }: Of<'create-policy'>,
): Promise<void> {
  const table = context.catalog.table(name);
  if (mode === 'IF NOT EXISTS' && hasPolicy(table, policyId)) return;
  const replaces = mode === 'OR REPLACE';
  await createRowPolicy(
    context,
    caller,
    table,
    { policyId, filterPredicate, grantees },
    { replaces },
  );
}

const hasPolicy = ({ policies = [] }: TableRecord, policyId: string): boolean =>
  policies.some((each) => each.policyId === policyId);
