import { type Analysis } from './analyzer/analysis.js';
import { bindParameters } from './analyzer/bind-parameters.js';
import { nullCheck } from './analyzer/null-check.js';
import { requiredFilters } from './analyzer/partition-filters.js';
import { columnName, type QueryResult } from './analyzer/query-result.js';
import { emptyFrom, type Scope } from './analyzer/scope.js';
import { fieldsOf } from './analyzer/select-items.js';
import { mistake } from './sql-error.js';
import { type TranslatedQuery } from './translate.js';
import { quoteName, toField } from './types.js';

/** Where a statement’s outermost query stands: nothing is around it. */
export const outermost: Scope = { from: emptyFrom, ctes: new Map() };

/** Gives the result’s columns their names: those without one are `f0_`, `f1_`, … */
export function finishQuery(analysis: Analysis, result: QueryResult): TranslatedQuery {
  const relation = analysis.newRelation();
  const [first] = result.columns;
  const outputs =
    result.isValueTable && first?.type.kind === 'STRUCT'
      ? fieldsOf({ sql: `${relation}.${columnName(0)}`, type: first.type }, 0).map(
          ({ name, value }) => ({ name, ...value }),
        )
      : result.columns.map(({ name, type }, index) => ({
          name,
          type,
          sql: `${relation}.${columnName(index)}`,
        }));
  let unnamed = 0;
  const names = outputs.map(({ name }) => name ?? `f${unnamed++}_`);
  const seen = new Set<string>();
  for (const name of names) {
    const key = name.toLowerCase();
    if (key.startsWith('_partition'))
      throw mistake(
        `Invalid field name "${name}". Field names are not allowed to start with the (case-insensitive) prefixes _PARTITION, _TABLE_, _FILE_, _ROW_TIMESTAMP, __ROOT__ and _COLIDENTIFIER`,
      );
    if (seen.has(key))
      throw mistake(
        `Duplicate column names in the result are not supported when a destination table is present. Found duplicate(s): ${name}`,
      );
    seen.add(key);
  }
  const list = outputs.map(
    ({ sql, type }, index) => `${nullCheck(sql, type)} AS ${quoteName(names[index] ?? '')}`,
  );
  return {
    kind: 'query',
    ...bindParameters(
      `SELECT ${list.join(', ')} FROM (${result.sql}) AS ${relation}`,
      analysis.values(),
    ),
    columns: outputs.map(({ type }, index) => toField(names[index] ?? '', type)),
    tables: [...analysis.tables.values()],
    ...requiredFilters(analysis, result.isValueTable ? [] : result.columns, names),
  };
}
