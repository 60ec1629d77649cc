import { type Expression, type Select } from '../parser/ast.js';
import { mistake } from '../sql-error.js';
import { type RequiredFilter, type ResolvedTable, type TranslatedQuery } from '../translate.js';
import { type Analysis } from './analysis.js';
import { analyzeExpression } from './analyze-expression.js';
import { callsIn } from './find-calls.js';
import { type ResultColumn } from './query-result.js';
import {
  type Column,
  type Cte,
  type FromScope,
  type GuardedScan,
  type PendingFilter,
  sameName,
  type Scope,
} from './scope.js';

type Guards = Pick<Column, 'guards'>;

/** Notes that a table is read which wants filters, and tells which of its columns they can be on. */
export function guardTable(
  analysis: Analysis,
  { requiredFilters: wanted = [] }: ResolvedTable,
): (column: string) => Guards {
  const scans = wanted.map(({ by, ...filter }) => ({ by, scan: guard(analysis, filter) }));
  return (column) => {
    const guards = scans.filter(({ by }) => by.some((name) => sameName(name, column)));
    return guards.length > 0 ? { guards: guards.map(({ scan }) => scan) } : {};
  };
}

function guard(analysis: Analysis, filter: GuardedScan['filter']): GuardedScan {
  const scan = { filter, isFiltered: false };
  analysis.scans.push(scan);
  return scan;
}

/**
 * Marks the readings that a condition filters: one of its parts that are joined by AND must speak of nothing but a
 * partitioning column. What a subquery finds is no such filter.
 */
export function markFiltered(
  analysis: Analysis,
  scope: Scope,
  condition: Expression,
  mayMark: (scan: GuardedScan) => boolean = () => true,
): void {
  if (!scope.from.columns.some(({ guards }) => guards)) return;
  for (const part of partsOf(condition)) {
    if (holdsQuery(part)) continue;
    const uses = new Set<Guards>();
    analyzeExpression(analysis, { ...scope, uses }, part);
    const [first, ...others] = uses;
    for (const scan of first?.guards ?? [])
      if (mayMark(scan) && others.every(({ guards }) => guards?.includes(scan)))
        scan.isFiltered = true;
  }
}

const partsOf = (node: Expression): Expression[] =>
  node.kind === 'binary' && node.op === 'AND'
    ? [...partsOf(node.left), ...partsOf(node.right)]
    : [node];

function holdsQuery(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if ('body' in node && 'orderBy' in node) return true;
  return Object.values(node).some(holdsQuery);
}

/** Whether rows are numbered or summed over others: a filter on the result cannot be put before that. */
export const hasWindows = ({ items, qualify, windows }: Select): boolean =>
  windows.length > 0 || [...callsIn([items, qualify])].some(({ over }) => over !== undefined);

export const withoutGuards = (columns: readonly ResultColumn[]): ResultColumn[] =>
  columns.map(({ guards: _, ...column }) => column);

/** A scope in which filters on some of its columns filter nothing: an outer join adds rows to theirs. */
export function unguarded(scope: FromScope, columns: readonly Column[]): FromScope {
  if (!columns.some(({ guards }) => guards)) return scope;
  const without = new Map<Column, Column>();
  for (const column of columns) {
    const { guards: _, ...rest } = column;
    without.set(column, rest);
  }
  const map = (list: readonly Column[]): Column[] =>
    list.map((column) => without.get(column) ?? column);
  return {
    variables: scope.variables.map((variable) => ({ ...variable, columns: map(variable.columns) })),
    columns: map(scope.columns),
  };
}

/** Takes the readings since `mark` that lack a filter: they are the matter of each query that reads this result. */
export function takePending(
  analysis: Analysis,
  mark: number,
  columns: readonly ResultColumn[],
): PendingFilter[] {
  return analysis.scans
    .splice(mark)
    .filter(({ isFiltered }) => !isFiltered)
    .map((scan) => ({
      filter: scan.filter,
      by: columns.flatMap(({ guards }, index) => (guards?.includes(scan) ? [index] : [])),
    }));
}

/** The columns of a query of WITH, where it is read. */
export function guardedColumns(
  analysis: Analysis,
  { columns, pending = [] }: Cte,
): readonly ResultColumn[] {
  const scans = pending.map(({ filter, by }) => ({ by, scan: guard(analysis, filter) }));
  if (scans.length === 0) return columns;
  return columns.map((column, index) => ({
    ...column,
    guards: scans.filter(({ by }) => by.includes(index)).map(({ scan }) => scan),
  }));
}

/** The filters that a finished statement lacks. */
export function requiredFilters(
  analysis: Analysis,
  columns: readonly ResultColumn[],
  names: readonly string[],
): Pick<TranslatedQuery, 'requiredFilters'> {
  const lacking = analysis.scans
    .filter(({ isFiltered }) => !isFiltered)
    .map((scan) => ({
      ...scan.filter,
      by: names.filter((_, index) => columns[index]?.guards?.includes(scan)),
    }));
  return lacking.length > 0 ? { requiredFilters: lacking } : {};
}

/** Throws BigQuery's refusal of a query that lacks a filter. */
export function requireFiltered({
  requiredFilters: [lacking] = [],
}: {
  readonly requiredFilters?: readonly RequiredFilter[];
}): void {
  if (!lacking) return;
  const { projectId, datasetId, tableId } = lacking.table;
  const columns = lacking.columns.map((name) => `'${name}'`).join(', ');
  throw mistake(
    `Cannot query over table '${projectId}.${datasetId}.${tableId}' without a filter over column(s) ${columns} that can be used for partition elimination`,
  );
}
