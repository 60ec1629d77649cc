import { AppError } from '../errors.js';
import { type Warehouse } from '../ports/warehouse.js';
import { type TableKind, type TableRef, tableName } from '../table.js';
import { type ExportSetRequest, mostTablesOfSet } from './set-request.js';

/** A table that a set's request names; its kind where the listing tells it. */
export interface ChosenTable {
  readonly table: TableRef;
  readonly kind?: TableKind;
}

/** Finds the tables of a set, as the caller; throws when there are none, too many, or one twice. */
export async function chooseTables(
  request: ExportSetRequest,
  warehouse: Warehouse,
  defaultProject: string,
): Promise<readonly ChosenTable[]> {
  if (request.tables)
    return refuseTwice(request.tables.map((each) => ({ table: refOf(each, defaultProject) })));
  const { dataset = '', pattern = '*', exclude = [] } = request;
  const kinds: readonly TableKind[] = request.kinds ?? ['table', 'snapshot'];
  const project = request.project ?? defaultProject;
  const chosen: ChosenTable[] = [];
  let pageToken: string | undefined;
  do {
    const page = await warehouse.listTables(project, dataset, { pageSize: 1_000, pageToken });
    for (const { ref, kind } of page.items) {
      if (!kinds.includes(kind) || !matches(ref.table, pattern)) continue;
      if (!exclude.some((each) => matches(ref.table, each))) chosen.push({ table: ref, kind });
    }
    if (chosen.length > mostTablesOfSet) throw refuseMany(`${project}.${dataset}`);
    ({ nextPageToken: pageToken } = page);
  } while (pageToken);
  if (chosen.length > 0) return chosen;
  throw new AppError(
    'table-not-found',
    `No ${kinds.join(', ')} in ${project}.${dataset} matches ${pattern}.`,
    {
      field: 'pattern',
      resource: `${project}.${dataset}`,
      fix: 'Look at the pattern, or add `kinds`.',
    },
  );
}

const refOf = (
  { project, dataset, table }: { project?: string; dataset: string; table: string },
  defaultProject: string,
): TableRef => ({ project: project ?? defaultProject, dataset, table });

/** `*` is any characters, `?` any one; everything else is itself. No backtracking beyond the last star. */
export function matches(name: string, pattern: string): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let starAt = 0;
  while (at < name.length) {
    if (pattern[inPattern] === '*') {
      star = inPattern;
      starAt = at;
      inPattern += 1;
    } else if (pattern[inPattern] === '?' || pattern[inPattern] === name[at]) {
      inPattern += 1;
      at += 1;
    } else if (star !== -1) {
      inPattern = star + 1;
      starAt += 1;
      at = starAt;
    } else return false;
  }
  while (pattern[inPattern] === '*') inPattern += 1;
  return inPattern === pattern.length;
}

function refuseTwice(tables: readonly ChosenTable[]): readonly ChosenTable[] {
  const seen = new Set<string>();
  for (const { table } of tables) {
    const name = tableName(table);
    if (seen.has(name))
      throw new AppError('request-invalid', `${name} is named twice.`, {
        field: 'tables',
        resource: name,
      });
    seen.add(name);
  }
  return tables;
}

const refuseMany = (resource: string): AppError =>
  new AppError('limit-exceeded', `More than ${mostTablesOfSet} tables match.`, {
    field: 'pattern',
    resource,
    fix: 'Make several sets with narrower patterns and the same `asOf`.',
  });
