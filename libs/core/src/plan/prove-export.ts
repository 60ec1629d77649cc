import { type ExportId } from '../ids.js';
import {
  type DryRun,
  type MaskKeys,
  type QueryParameter,
  type Warehouse,
} from '../ports/warehouse.js';
import { type ExportRequest } from '../request/export-request.js';
import { type Field, valueType } from '../schema.js';
import { type TableRef } from '../table.js';
import { bindSecrets } from '../transform/mask-key.js';
import { quoteIdentifier } from '../transform/quote.js';
import { type CompiledRequest } from './compile-request.js';
import { explained, isRefusal } from './explain-refusal.js';
import { exportDataSql } from './export-statement.js';
import { shardPattern, tryPrefix } from './file-names.js';
import { readsMetaTables } from './reads-meta-tables.js';
import { filesOf, type PlanFacts, type PlanSettings } from './plan-export.js';

interface ToProve {
  readonly id: ExportId;
  readonly request: ExportRequest;
  readonly compile: (isStaged: boolean) => CompiledRequest;
  readonly facts: PlanFacts;
  readonly settings: PlanSettings;
  readonly maskKeys?: MaskKeys;
}

export interface Proven {
  readonly compiled: CompiledRequest;
  /** Upper bound of what will be read. */
  readonly bytes: number;
  readonly location?: string;
  /** Every table that the statement reads, those inside of views too. */
  readonly tables: readonly TableRef[];
}

/**
 * Has BigQuery check the complete statement that will run, by a dry run as the caller, so that what it refuses is known
 * before anything runs. What EXPORT DATA cannot read (wildcard tables, INFORMATION_SCHEMA, also inside a view) goes to a
 * temporary table first.
 */
export async function proveExport(toProve: ToProve, warehouse: Warehouse): Promise<Proven> {
  const { request } = toProve;
  if (request.source.type === 'query' && readsMetaTables(request.source.sql))
    return await proveStaged(toProve, warehouse);
  try {
    const compiled = toProve.compile(false);
    const { bytes, location, tables } = await dryRun(
      toProve,
      exportStatement(toProve, compiled, compiled.sql ?? ''),
      compiled.parameters,
      warehouse,
    );
    return { compiled, bytes, location, tables };
  } catch (error) {
    if (!isRefusal(error) || !mayReadMetaTables(toProve)) throw refused(error, request);
    const staged = await proveStaged(toProve, warehouse).catch(unlessRefused);
    if (staged) return staged;
    throw refused(error, request);
  }
}

/**
 * BigQuery cannot dry-run the statement that makes a temporary table (bigquery/docs/multi-statement-queries): the query and
 * the form of the files are checked each by itself.
 */
async function proveStaged(toProve: ToProve, warehouse: Warehouse): Promise<Proven> {
  const { sql = '', parameters, fields } = toProve.compile(false);
  const compiled = toProve.compile(true);
  const [{ bytes, location, tables }] = await Promise.all([
    dryRun(toProve, sql, parameters, warehouse),
    dryRun(toProve, exportStatement(toProve, compiled, emptySelect(fields)), [], warehouse),
  ]).catch((error: unknown) => {
    throw refused(error, toProve.request);
  });
  return { compiled, bytes, location, tables };
}

function exportStatement(
  { id, request, facts, settings }: ToProve,
  compiled: CompiledRequest,
  select: string,
): string {
  const files = filesOf(id, request, compiled, facts, settings);
  const uri = `gs://${files.bucket}/${tryPrefix(files, 1)}${shardPattern(files, '')}`;
  return exportDataSql({ ...files.written, delimiter: files.delimiter }, uri, select);
}

const dryRun = (
  { facts, settings, maskKeys }: ToProve,
  sql: string,
  parameters: readonly QueryParameter[] = [],
  warehouse: Warehouse,
): Promise<DryRun> =>
  warehouse.dryRun({
    project: settings.billingProject,
    location: facts.table?.location,
    sql,
    parameters: bindSecrets(parameters, maskKeys),
  });

/** No rows, of the columns that the files will have. */
const emptySelect = (fields: readonly Field[]): string =>
  `SELECT ${fields.map((field) => `CAST(NULL AS ${valueType(field)}) AS ${quoteIdentifier(field.name)}`).join(', ')}`;

const mayReadMetaTables = ({ request, facts }: ToProve): boolean =>
  request.source.type === 'query' || facts.table?.kind === 'view';

function unlessRefused(error: unknown): undefined {
  if (isRefusal(error)) return undefined;
  throw error;
}

const refused = (error: unknown, { source }: ExportRequest): unknown =>
  explained(error, source.type, 'BigQuery refuses this export: ');
