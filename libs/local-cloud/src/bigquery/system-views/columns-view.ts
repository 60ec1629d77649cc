import { type TableRecord } from '../catalog-records.js';
import { sqlTypeOf } from '../sql-type.js';
import { nameCells, nameColumns, type SystemView, visibleTables } from './system-view.js';

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
    visibleTables(context, caller, scope).flatMap((table) =>
      table.schema.map((field, index) => ({
        ...nameCells(table),
        column_name: field.name,
        ordinal_position: index + 1,
        is_nullable: field.mode === 'REQUIRED' ? 'NO' : 'YES',
        data_type: sqlTypeOf(field),
        is_hidden: 'NO',
        is_system_defined: 'NO',
        is_partitioning_column: partitioningField(table) === field.name ? 'YES' : 'NO',
        clustering_ordinal_position: clusteringPosition(table, field.name),
      })),
    ),
};

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
