import { type ExportRequest } from '../../request/export-request.js';
import { type TableMetadata } from '../../table.js';
import { aField, aTable } from '../builders.js';

/** One kind of export: each goes other ways through the steps. */
export interface Shape {
  readonly name: string;
  readonly request: Partial<ExportRequest>;
  readonly table?: Partial<TableMetadata>;
  readonly rows: number;
  readonly rowsPerShard: number;
}

const lines = { fields: [aField('id', 'INT64'), aField('name')] };

export const shapes: readonly Shape[] = [
  { name: 'Parquet', request: {}, rows: 12, rowsPerShard: 3 },
  {
    name: 'one CSV',
    request: { format: 'csv', shape: 'single' },
    rows: 12,
    rowsPerShard: 3,
  },
  {
    name: 'one file of more than 32 parts',
    request: { format: 'jsonl', shape: 'single' },
    table: lines,
    rows: 40,
    rowsPerShard: 1,
  },
  {
    name: 'workbooks',
    request: { format: 'xlsx', rowsPerFile: 6, fileName: '{part}' },
    table: lines,
    rows: 12,
    rowsPerShard: 3,
  },
  {
    name: 'a counted view',
    request: {},
    table: { kind: 'view', rowCount: undefined },
    rows: 8,
    rowsPerShard: 3,
  },
  {
    name: 'a fingerprint',
    request: { format: 'csv', verify: 'fingerprint' },
    rows: 12,
    rowsPerShard: 3,
  },
];

export const tableOf = ({ table, rows }: Shape): TableMetadata =>
  aTable({ rowCount: rows, ...table });

export const rowsOf = ({ rows }: Shape): string[] =>
  Array.from({ length: rows }, (_, id) => JSON.stringify({ id: String(id), name: `n ${id}` }));
