import { invalid } from './bigquery-errors.js';
import { isRecord, quoteName } from './duckdb-type.js';
import { type BigQueryField } from './schema.js';
import { leavesOf } from './table-rows.js';

/** Wanted fields by lower-case name; `undefined` below a name means all of it. */
type Selection = Map<string, Selection | undefined>;

/** The columns that `selectedFields` (`a,b.c`) leaves, as SQL, as schema and as dotted paths; 400 for unknown ones. */
export function selectColumns(
  schema: readonly BigQueryField[],
  selectedFields: string | null,
): { columns: string; fields: readonly BigQueryField[]; paths: string[] } {
  if (!selectedFields)
    return {
      columns: schema.map(({ name }) => quoteName(name)).join(', ') || '1',
      fields: schema,
      paths: schema.map(({ name }) => name),
    };
  const selection: Selection = new Map();
  for (const path of selectedFields.split(','))
    addPath(selection, path.trim().split('.'), schema, path);
  const chosen = choose(schema, selection);
  const columns = chosen
    .map(
      ({ field, original }) =>
        `${valueSql(quoteName(field.name), original, field)} AS ${quoteName(field.name)}`,
    )
    .join(', ');
  const fields = chosen.map(({ field }) => field);
  return { columns, fields, paths: leavesOf(fields).map(({ path }) => path) };
}

function addPath(
  selection: Selection,
  [head = '', ...tail]: readonly string[],
  schema: readonly BigQueryField[],
  path: string,
): void {
  const key = head.toLowerCase();
  const field = schema.find(({ name }) => name.toLowerCase() === key);
  if (!field) throw invalid(`Invalid selectedFields: no such field: ${path.slice(0, 300)}`);
  if (tail.length === 0) {
    selection.set(key, undefined);
    return;
  }
  if (selection.has(key) && selection.get(key) === undefined) return;
  const below = selection.get(key) ?? new Map<string, Selection | undefined>();
  selection.set(key, below);
  addPath(below, tail, field.fields ?? [], path);
}

interface ChosenField {
  readonly field: BigQueryField;
  readonly original: BigQueryField;
}

/** In the schema's order, whatever the order asked for. */
function choose(schema: readonly BigQueryField[], selection: Selection): ChosenField[] {
  return schema.flatMap((original) => {
    const key = original.name.toLowerCase();
    if (!selection.has(key)) return [];
    const below = selection.get(key);
    if (!below) return [{ field: original, original }];
    const fields = choose(original.fields ?? [], below).map(({ field }) => field);
    return [{ field: { ...original, fields }, original }];
  });
}

/** Rebuilds a record with the chosen fields only. */
function valueSql(value: string, original: BigQueryField, field: BigQueryField, depth = 0): string {
  if (!isRecord(field) || field.fields?.length === original.fields?.length) return value;
  if (field.mode === 'REPEATED') {
    const item = `x${depth}`;
    return `list_transform(${value}, lambda ${item}: ${recordSql(item, original, field, depth + 1)})`;
  }
  return recordSql(value, original, field, depth);
}

function recordSql(
  value: string,
  original: BigQueryField,
  field: BigQueryField,
  depth: number,
): string {
  const members = (field.fields ?? []).map((child) => {
    const source = original.fields?.find(({ name }) => name === child.name) ?? child;
    return `${quoteName(child.name)} := ${valueSql(`${value}.${quoteName(child.name)}`, source, child, depth)}`;
  });
  return `CASE WHEN ${value} IS NULL THEN NULL ELSE struct_pack(${members.join(', ')}) END`;
}
