import { type TableRecord } from '../catalog-records.js';
import { type BigQueryField } from '../schema.js';
import { sqlTypeOf } from '../sql-type.js';
import { pseudoColumnsOf, storageAt } from '../table-rows.js';
import { nameCells, nameColumns, type Row, type SystemView, visibleTables } from './system-view.js';

/** INFORMATION_SCHEMA.COLUMNS: the top-level columns of tables and views. */
export const columnsView: SystemView = {
  columns: [
    ...nameColumns,
    ['column_name', 'STRING'],
    ['ordinal_position', 'INTEGER'],
    ['is_nullable', 'STRING'],
    ['data_type', 'STRING'],
    ['is_hidden', 'STRING'],
    ['is_system_defined', 'STRING'],
    ['is_partitioning_column', 'STRING'],
    ['clustering_ordinal_position', 'INTEGER'],
  ],
  rows: (context, caller, scope) =>
    visibleTables(context, caller, scope).flatMap((table) => [
      ...table.schema.map((field, index) => ({
        ...cellsOf(table, field),
        ordinal_position: index + 1,
        is_hidden: 'NO',
        is_system_defined: 'NO',
        is_partitioning_column: partitioningField(table) === field.name ? 'YES' : 'NO',
      })),
      ...pseudoColumns(table).map((field) => ({
        ...cellsOf(table, field),
        ordinal_position: null,
        is_hidden: 'YES',
        is_system_defined: 'YES',
        is_partitioning_column: field.name === '_PARTITIONTIME' ? 'YES' : 'NO',
      })),
    ]),
};

const cellsOf = (table: TableRecord, field: BigQueryField): Row => ({
  ...nameCells(table),
  column_name: field.name,
  is_nullable: field.mode === 'REQUIRED' ? 'NO' : 'YES',
  data_type: sqlTypeOf(field),
  clustering_ordinal_position: clusteringPosition(table, field.name),
});

function pseudoColumns(table: TableRecord): BigQueryField[] {
  const storage = storageAt(table);
  return storage ? pseudoColumnsOf(storage) : [];
}

const partitioningField = ({ settings }: TableRecord): string | undefined =>
  (
    (settings['timePartitioning'] ?? settings['rangePartitioning']) as
      { field?: string } | undefined
  )?.field;

function clusteringPosition({ settings }: TableRecord, column: string): number | null {
  const { fields = [] } = (settings['clustering'] ?? {}) as { fields?: string[] };
  const index = fields.indexOf(column);
  return index < 0 ? null : index + 1;
}
