import { CloudError } from '../http/cloud-error.js';
import { type ResolvedTable } from '../googlesql/translate.js';
import { type Caller } from '../identity/caller.js';
import { type TableRecord } from './catalog-records.js';
import { duckdbTypeOf, quoteName, quoteText } from './duckdb-type.js';

type GuardedTable = Pick<TableRecord, 'projectId' | 'datasetId' | 'tableId' | 'schema'>;

/**
 * Keeps the columns that policy tags protect from the caller: a query that names one, itself or by a star, fails. An
 * error stands in their place, too, so that no way around the names reads a value or asks DuckDB's statistics. A record
 * is kept back as a whole when one of its fields is.
 */
export function guardColumns(
  caller: Caller,
  table: GuardedTable,
  resolved: ResolvedTable,
): ResolvedTable {
  const refused = protectedColumns(caller, table);
  if (refused.size === 0) return resolved;
  const refusals = new Map<string, Error>();
  for (const [path, tag] of refused)
    refusals.set(path.split('.')[0] ?? path, columnRefused(tag, pathOf(table, path)));
  const columns = resolved.schema.map((field) => {
    const name = quoteName(field.name);
    const hit = [...refused].find(([path]) => path.split('.')[0] === field.name);
    if (!hit) return name;
    const [path, tag] = hit;
    const message = quoteText(`${marker}${JSON.stringify([tag, pathOf(table, path)])}`);
    // Made to depend on chance, so that it is never worked out before it is used.
    return `CASE WHEN random() < 2 THEN CAST(error(${message}) AS ${duckdbTypeOf(field)}) END AS ${name}`;
  });
  const pseudo = (resolved.pseudo ?? []).map(({ name }) => quoteName(name));
  return {
    ...resolved,
    refusals,
    relation: `(SELECT ${[...columns, ...pseudo].join(', ')} FROM ${resolved.relation})`,
  };
}

const marker = 'kept back by a policy tag: ';

/** BigQuery's refusal, where a plan or an error of DuckDB's speaks of a guarded column. */
export function refusalIn(text: string): CloudError | undefined {
  const [, details] = new RegExp(`${marker}(\\[.*?\\])`).exec(text.replaceAll('\\"', '"')) ?? [];
  if (details === undefined) return undefined;
  const [tag = '', column = ''] = JSON.parse(details) as string[];
  return columnRefused(tag, column);
}

/** Throws BigQuery's 403 when one of the columns (dotted paths) is protected from the caller. */
export function requireColumns(
  caller: Caller,
  table: GuardedTable,
  columns: readonly string[],
): void {
  const refused = protectedColumns(caller, table);
  for (const column of columns)
    for (const [path, tag] of refused)
      if (path === column || path.startsWith(`${column}.`) || column.startsWith(`${path}.`))
        throw columnRefused(tag, pathOf(table, path));
}

const columnRefused = (tag: string, column: string): CloudError =>
  new CloudError(
    403,
    'accessDenied',
    `Access Denied: BigQuery BigQuery: User has neither fine-grained reader nor masked get permission to get data protected by policy tag "${tag}" on column ${column}.`,
  );

const pathOf = ({ projectId, datasetId, tableId }: GuardedTable, path: string): string =>
  `${projectId}.${datasetId}.${tableId}.${path}`;

/** Columns that the caller may not read, with the policy tag that says so. */
function protectedColumns(
  caller: Caller,
  { projectId, schema }: GuardedTable,
): ReadonlyMap<string, string> {
  const refused = new Map<string, string>();
  const visit = (fields: GuardedTable['schema'], path: string): void => {
    for (const field of fields) {
      const name = path === '' ? field.name : `${path}.${field.name}`;
      for (const tag of field.policyTags?.names ?? []) {
        const resource = tag.startsWith('projects/') ? tag : `projects/${projectId}/${tag}`;
        if (!caller.can('datacatalog.categories.fineGrainedGet', resource)) refused.set(name, tag);
      }
      visit(field.fields ?? [], name);
    }
  };
  visit(schema, '');
  return refused;
}
