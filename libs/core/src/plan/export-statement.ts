import { quoteString } from '../transform/quote.js';
import { type PlannedFiles } from './plan.js';

/** What BigQuery is asked to write: format, compression, and of CSV the header and the delimiter. */
export type WrittenForm = PlannedFiles['written'] & Pick<PlannedFiles, 'delimiter'>;

/** An EXPORT DATA statement that writes the rows of `select` to `uri`, a pattern with one wildcard. */
export function exportDataSql(
  { format, compression, header, delimiter }: WrittenForm,
  uri: string,
  select: string,
): string {
  const options = [
    `uri=${quoteString(uri)}`,
    `format=${quoteString(format === 'jsonl' ? 'JSON' : format.toUpperCase())}`,
    compression === 'none' ? undefined : `compression=${quoteString(compression.toUpperCase())}`,
    'overwrite=true',
    format === 'csv' ? `header=${header}` : undefined,
    format === 'csv' ? `field_delimiter=${quoteString(delimiter)}` : undefined,
    format === 'avro' ? 'use_avro_logical_types=true' : undefined,
  ].filter((option) => option !== undefined);
  return `EXPORT DATA OPTIONS(\n  ${options.join(',\n  ')}\n) AS\n${select}`;
}

/** The name of the temporary table that rows go through which EXPORT DATA cannot read from their source. */
export const stagedTable = 'outhaul_rows';

/**
 * A multi-statement query: the rows of `select` go to a temporary table, then `then` runs over it. A query may end with a
 * comment, so each semicolon has a line to itself.
 */
export const stagedSql = (select: string, then: readonly string[]): string =>
  [`CREATE TEMP TABLE ${stagedTable} AS\n${select}`, ...then]
    .map((each) => `${each}\n;`)
    .join('\n');
