import { type Filter, type Predicate } from '../request/export-request.js';
import { type Field } from '../schema.js';
import { type ParameterList } from './bind-value.js';
import { checkExpression } from './check-sql.js';
import { findColumn } from './find-column.js';
import { quoteIdentifier } from './quote.js';

/** Compiles a row filter to one boolean expression; values are bound, names quoted. */
export function compileFilter(
  filter: Filter,
  fields: readonly Field[],
  parameters: ParameterList,
): string {
  if ('expression' in filter) return checkExpression(filter.expression, 'filter.expression');
  const [word, predicates] =
    'all' in filter ? (['all', filter.all] as const) : (['any', filter.any] as const);
  return predicates
    .map(
      (predicate, index) =>
        `(${compilePredicate(predicate, fields, parameters, `filter.${word}[${index}]`)})`,
    )
    .join(word === 'all' ? ' AND ' : ' OR ');
}

function compilePredicate(
  predicate: Predicate,
  fields: readonly Field[],
  parameters: ParameterList,
  where: string,
): string {
  const { field, path } = findColumn(fields, predicate.column, `${where}.column`);
  const column = path.map(quoteIdentifier).join('.');
  const bind = (value: string | number | boolean) =>
    parameters.bind(value, field, `${where}.value`);
  switch (predicate.is) {
    case 'null':
      return `${column} IS NULL`;
    case 'not-null':
      return `${column} IS NOT NULL`;
    case 'in':
      return `${column} IN UNNEST(${parameters.bindAll(predicate.values, field, `${where}.values`)})`;
    case 'not-in':
      return `${column} NOT IN UNNEST(${parameters.bindAll(predicate.values, field, `${where}.values`)})`;
    case 'between':
      return `${column} BETWEEN ${bind(predicate.from)} AND ${bind(predicate.to)}`;
    case 'contains':
      return `STRPOS(${asText(column, field)}, ${parameters.add('STRING', predicate.value)}) > 0`;
    case 'starts-with':
      return `STARTS_WITH(${asText(column, field)}, ${parameters.add('STRING', predicate.value)})`;
    case 'ends-with':
      return `ENDS_WITH(${asText(column, field)}, ${parameters.add('STRING', predicate.value)})`;
    default:
      return `${column} ${predicate.is} ${bind(predicate.value)}`;
  }
}

const asText = (column: string, field: Field): string =>
  field.type === 'STRING' ? column : `CAST(${column} AS STRING)`;
