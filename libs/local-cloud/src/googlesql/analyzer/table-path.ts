import { type Expression, type TableItem } from '../parser/ast.js';
import { mistake } from '../sql-error.js';
import { type ResolvedTable, type TableName } from '../translate.js';
import { timestamp } from '../types.js';
import { type Analysis } from './analysis.js';
import { analyzeExpression } from './analyze-expression.js';
import { coerceOr } from './coerce.js';
import { type Scope } from './scope.js';

/** Finds the table that a path names, at an instant when one is given. */
export function findTable(
  analysis: Analysis,
  { path, at }: TableItem,
  asOfMs: number | undefined,
): ResolvedTable {
  const names = path.map(({ name }) => name);
  return analysis.table(tableNameOf(analysis, names, at), asOfMs);
}

export function tableNameOf(analysis: Analysis, names: readonly string[], at: number): TableName {
  const { defaultProject, defaultDataset } = analysis.context;
  const temporary = temporaryTable(analysis, names, at);
  if (temporary) return temporary;
  const last = names.at(-1) ?? '';
  if (last.slice(0, -1).includes('*') || names.slice(0, -1).some((name) => name.includes('*')))
    throw mistake(
      `Invalid table name: \`${names.join('.')}\`. The wildcard * can only be its last character`,
      at,
    );
  const schemaAt = names.findIndex((name) => name.toUpperCase() === 'INFORMATION_SCHEMA');
  if (schemaAt >= 0 && schemaAt < names.length - 1) {
    const view = names.slice(schemaAt + 1).join('.');
    const before = names.slice(0, schemaAt);
    return {
      projectId: before.length > 1 ? before.slice(0, -1).join('.') : defaultProject,
      datasetId: before.at(-1) ?? 'INFORMATION_SCHEMA',
      tableId: `INFORMATION_SCHEMA.${view}`,
    };
  }
  if (names.length > 3) throw mistake(`Invalid table name: ${names.join('.')}`, at);
  const [tableId = '', datasetId, projectId] = names.toReversed();
  return {
    projectId:
      projectId ??
      (datasetId === undefined ? defaultDataset?.projectId : undefined) ??
      defaultProject,
    datasetId: datasetId ?? defaultDataset?.datasetId ?? '',
    tableId,
  };
}

/** The script's temporary table that a path names; it comes before a table of the default dataset. */
function temporaryTable(
  { context: { script } }: Analysis,
  names: readonly string[],
  at: number,
): TableName | undefined {
  const [first = '', second, ...more] = names;
  if (second === undefined) return script?.tables.get(first);
  if (first.toUpperCase() !== '_SESSION' || more.length > 0) return undefined;
  const found = script?.tables.get(second);
  if (!found) throw mistake(`Table "${second}" not found in _SESSION`, at);
  return found;
}

/** The instant of FOR SYSTEM_TIME AS OF, in milliseconds. */
export function instantOf(analysis: Analysis, scope: Scope, node: Expression): number {
  const value = coerceOr(
    analyzeExpression(analysis, scope, node),
    timestamp,
    'FOR SYSTEM_TIME AS OF requires an expression of type TIMESTAMP',
    node.at,
  );
  const micros = analysis.constant(`epoch_us(${value.sql})`, node.at);
  if (micros === null) throw mistake('FOR SYSTEM_TIME AS OF expression must not be NULL', node.at);
  return Math.floor(Number(micros) / 1000);
}
