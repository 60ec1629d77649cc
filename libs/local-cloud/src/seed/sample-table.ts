import { type BigQueryField } from '../bigquery/schema.js';

/** A table of the sample dataset: what it holds and the DuckDB query that makes it. */
export interface SampleTable {
  readonly tableId: string;
  readonly description: string;
  readonly schema: readonly BigQueryField[];
  /** File of the `vega-datasets` package; absent for generated tables. */
  readonly file?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Columns in the schema's order; `path` is the quoted path of the file. */
  sql(path: string): string;
}

/** A field with its description. */
export const column = (name: string, type: string, description: string): BigQueryField => ({
  name,
  type,
  mode: 'NULLABLE',
  description,
});

/** A number from 0 to `below - 1` that depends on the row and the salt only, so that every start makes the same rows. */
export const draw = (row: string, salt: number, below: number): string =>
  `(('0x' || left(md5(${row}::VARCHAR || '/${salt}'), 8))::BIGINT % ${below})`;
