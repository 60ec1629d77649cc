import { type BigQueryField } from '../bigquery/schema.js';
import { type Analysis } from './analyzer/analysis.js';
import { analyzeExpression } from './analyzer/analyze-expression.js';
import { analyzeQuery } from './analyzer/analyze-query.js';
import { bindParameters } from './analyzer/bind-parameters.js';
import { coerce, coercionCost } from './analyzer/coerce.js';
import { columnName } from './analyzer/query-result.js';
import { sameName } from './analyzer/scope.js';
import { nullOf, type Typed } from './analyzer/typed.js';
import { outermost } from './finish-query.js';
import { type ChangeNode } from './parser/change-ast.js';
import { mistake } from './sql-error.js';
import { type TableName, type TranslatedQuery } from './translate.js';
import { fromField, quoteName, typeName } from './types.js';

type InsertNode = Extract<ChangeNode, { kind: 'insert' }>;

/** The rows of INSERT with all columns of the table; those that are not named are NULL. */
export function insertedRows(
  analysis: Analysis,
  node: InsertNode,
  name: TableName,
): TranslatedQuery {
  const { schema } = analysis.table(name, undefined);
  const targets = (node.columns ?? schema.map((field) => ({ name: field.name, at: node.at }))).map(
    ({ name: column, at }) => {
      const field = schema.find((each) => sameName(each.name, column));
      if (!field) throw mistake(`Column ${column} is not present in table ${name.tableId}`, at);
      return field;
    },
  );
  const twice = targets.find((field, index) => targets.indexOf(field) !== index);
  if (twice) throw mistake(`INSERT has columns with duplicate name: ${twice.name}`, node.at);
  const sql = node.rows
    ? node.rows
        .map((row) => {
          if (row.length !== targets.length)
            throw mistake(
              `Inserted row has wrong column count; Has ${row.length}, expected ${targets.length}`,
              row[0]?.at ?? node.at,
            );
          const values = row.map((each) => analyzeExpression(analysis, outermost, each));
          return `SELECT ${inOrder(
            schema,
            targets,
            values,
            row.map(({ at }) => at),
          )}`;
        })
        .join(' UNION ALL ')
    : insertedQuery(analysis, node, schema, targets);
  return {
    kind: 'query',
    ...bindParameters(sql, analysis.values()),
    columns: schema,
    tables: [...analysis.tables.values()],
  };
}

function insertedQuery(
  analysis: Analysis,
  node: InsertNode,
  schema: readonly BigQueryField[],
  targets: readonly BigQueryField[],
): string {
  if (!node.query) throw mistake('INSERT needs VALUES or a query', node.at);
  const result = analyzeQuery(analysis, outermost, node.query, {});
  if (result.columns.length !== targets.length)
    throw mistake(
      `Inserted row has wrong column count; Has ${result.columns.length}, expected ${targets.length}`,
      node.at,
    );
  const relation = analysis.newRelation();
  const values = result.columns.map((column, index): Typed => ({
    sql: `${relation}.${columnName(index)}`,
    type: column.type,
    ...(column.constant?.text === null ? { constant: column.constant } : {}),
  }));
  return `SELECT ${inOrder(schema, targets, values, [])} FROM (${result.sql}) AS ${relation}`;
}

function inOrder(
  schema: readonly BigQueryField[],
  targets: readonly BigQueryField[],
  values: readonly Typed[],
  places: readonly number[],
): string {
  return schema
    .map((field) => {
      const index = targets.indexOf(field);
      const type = fromField(field);
      const value =
        index < 0 ? nullOf(type) : assigned(values[index] as Typed, field, places[index]);
      return `${value.sql} AS ${quoteName(field.name)}`;
    })
    .join(', ');
}

/** A value on its way into a column. Throws when its type does not fit. */
export function assigned(value: Typed, field: BigQueryField, at?: number): Typed {
  const type = fromField(field);
  if (coercionCost(value, type) === undefined)
    throw mistake(
      `Value has type ${typeName(value.type)} which cannot be inserted into column ${field.name}, which has type ${typeName(type)}`,
      at,
    );
  return coerce(value, type);
}
