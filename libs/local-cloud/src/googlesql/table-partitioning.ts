import { type BigQueryField } from '../bigquery/schema.js';
import { type Expression } from './parser/ast.js';
import { refused } from './sql-error.js';

/** The settings that PARTITION BY stands for: by a column, by a truncated one, or by ranges of integers. */
export function partitioningOf(
  node: Expression,
  schema: readonly BigQueryField[],
): Record<string, unknown> {
  const type = (name: string): string | undefined =>
    schema.find((field) => field.name.toLowerCase() === name.toLowerCase())?.type;
  if (node.kind === 'name' && node.name.toUpperCase() === '_PARTITIONDATE')
    return { timePartitioning: { type: 'DAY' } };
  if (node.kind === 'name' && type(node.name) === 'DATE')
    return { timePartitioning: { type: 'DAY', field: node.name } };
  if (node.kind === 'call') {
    const [column, second] = node.args;
    if (column?.kind === 'name') {
      const isIngestion = column.name.toUpperCase() === '_PARTITIONTIME';
      if (node.name === 'DATE' && !second && isIngestion)
        return { timePartitioning: { type: 'DAY' } };
      if (node.name === 'DATE' && !second)
        return { timePartitioning: { type: 'DAY', field: column.name } };
      const unit = second?.kind === 'name' ? second.name.toUpperCase() : '';
      if (
        /^(DATE|DATETIME|TIMESTAMP)_TRUNC$/.test(node.name) &&
        /^(HOUR|DAY|MONTH|YEAR)$/.test(unit)
      )
        return {
          timePartitioning: { type: unit, ...(isIngestion ? {} : { field: column.name }) },
        };
      const bounds = second?.kind === 'call' && second.name === 'GENERATE_ARRAY' ? second.args : [];
      const numbers = bounds.map((each) =>
        each.kind === 'literal' && each.type === 'INT64' ? each.text : undefined,
      );
      const [start, end, interval = '1'] = numbers;
      if (node.name === 'RANGE_BUCKET' && start !== undefined && end !== undefined)
        return { rangePartitioning: { field: column.name, range: { start, end, interval } } };
    }
  }
  throw refused('this form of PARTITION BY', node.at);
}
