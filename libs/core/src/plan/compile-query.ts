import { type Compression, type ExportRequest } from '../request/export-request.js';
import { type Field, valueType } from '../schema.js';
import { checkQuery, hasOrder } from '../transform/check-sql.js';
import { compileSelect, type CompiledSelect } from '../transform/compile-select.js';
import { quoteIdentifier } from '../transform/quote.js';
import { type CompiledRequest, type CompileSettings, type SourceFacts } from './compile-request.js';
import { stagedTable } from './export-statement.js';
import { partitionFolders } from './partition-folders.js';
import { type PlanWarning } from './plan.js';

/** A query source: run as it was written when nothing about its rows and columns changes, else as a subquery. */
export function compileQuery(
  request: ExportRequest,
  facts: SourceFacts,
  settings: CompileSettings,
  compression: Compression,
  text: string,
): CompiledRequest {
  if (request.partitionPrefix) partitionFolders(undefined, undefined);
  const written = checkQuery(text, 'source.sql');
  const fields = facts.fields ?? [];
  const query = withNames(written, fields);
  const from = settings.isStaged ? stagedTable : `(\n${query}\n)`;
  const select = compileSelect(request, fields, `${from} AS source_row`, {
    maskScope: settings.maskScope?.(undefined),
  });
  const isAsWritten = !settings.isStaged && query === written && !changesRows(request, select);
  return {
    engine: 'query',
    reason: settings.isStaged
      ? 'The source is a query over metadata or a wildcard table: its rows go to a temporary table first.'
      : 'The source is a query.',
    compression,
    fields: select.fields,
    asOfMs: settings.instant.ms,
    isPinned: false,
    sql: isAsWritten ? written : select.sql,
    staged: settings.isStaged ? query : undefined,
    parameters: select.parameters,
    warnings: [
      ...select.warnings,
      ...(isAsWritten || request.orderBy || !hasOrder(written) ? [] : [orderLost]),
    ],
    maskedColumns: select.maskedColumns,
  };
}

/** BigQuery orders the rows of a file by the outermost ORDER BY only (GoogleSQL, ORDER BY clause of a subquery). */
const orderLost: PlanWarning = {
  code: 'order-lost',
  message:
    'The query becomes a subquery here, and the ORDER BY of a subquery orders nothing. Name the order in `orderBy` instead.',
};

const changesRows = (request: ExportRequest, { isTransformed }: CompiledSelect): boolean =>
  isTransformed ||
  request.filter !== undefined ||
  request.sample !== undefined ||
  request.limit !== undefined ||
  request.orderBy !== undefined;

/**
 * Columns without a name are f0_, f1_, … in the schema, but a query around them cannot name them so. A set operation takes
 * the names of its first query: one without rows gives them.
 */
function withNames(query: string, fields: readonly Field[]): string {
  if (!fields.some(({ name }) => /^f\d+_$/.test(name))) return query;
  const columns = fields.map(
    (field) => `CAST(NULL AS ${valueType(field)}) AS ${quoteIdentifier(field.name)}`,
  );
  return `(SELECT ${columns.join(', ')} LIMIT 0)\nUNION ALL\n(\n${query}\n)`;
}
