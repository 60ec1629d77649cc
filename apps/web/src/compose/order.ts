import { type ExportRequest, type Field } from '@outhaul/api-client';
import { flattenSchema } from '../table/flatten-schema';

export type Order = NonNullable<ExportRequest['orderBy']>[number];

/** An export is ordered by so many columns at most. */
const mostColumns = 20;
const unordered: readonly Field['type'][] = ['STRUCT', 'GEOGRAPHY', 'JSON'];

/** Paths of the columns that BigQuery can order by: whole values, none of a list. */
export function orderPaths(fields: readonly Field[]): readonly string[] {
  const rows = flattenSchema(fields);
  const lists = rows.filter(({ field }) => field.mode === 'REPEATED').map(({ path }) => path);
  const isInList = (path: string) =>
    lists.some((list) => path === list || path.startsWith(`${list}.`));
  return rows
    .filter(({ field, path }) => !unordered.includes(field.type) && !isInList(path))
    .map(({ path }) => path);
}

/** The same order and then by the first column that it lacks; the very same when there is none. */
export function addOrder(order: readonly Order[], paths: readonly string[]): readonly Order[] {
  const taken = new Set(order.map(({ column }) => column));
  const column = paths.find((path) => !taken.has(path));
  return column === undefined || order.length >= mostColumns ? order : [...order, { column }];
}
