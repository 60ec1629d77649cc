import { notImplemented } from '../../http/cloud-error.js';
import { type TableKind, type TableRecord } from '../catalog-records.js';
import { type Row, type SystemView, visibleTables } from './system-view.js';

/** How the older meta-tables number the kinds. */
const typeNumbers: Readonly<Partial<Record<TableKind, number>>> = {
  TABLE: 1,
  VIEW: 2,
  EXTERNAL: 3,
};

/** `dataset.__TABLES_SUMMARY__`, older than INFORMATION_SCHEMA: the tables by name. */
export const metaTablesSummary: SystemView = {
  columns: [
    ['project_id', 'STRING'],
    ['dataset_id', 'STRING'],
    ['table_id', 'STRING'],
    ['creation_time', 'INTEGER'],
    ['type', 'INTEGER'],
  ],
  rows: (context, caller, scope) => visibleTables(context, caller, scope).map(summaryOf),
};

/** `dataset.__TABLES__`: the same with the sizes of the tables. */
export const metaTables: SystemView = {
  columns: [
    ['project_id', 'STRING'],
    ['dataset_id', 'STRING'],
    ['table_id', 'STRING'],
    ['creation_time', 'INTEGER'],
    ['last_modified_time', 'INTEGER'],
    ['row_count', 'INTEGER'],
    ['size_bytes', 'INTEGER'],
    ['type', 'INTEGER'],
  ],
  async rows(context, caller, scope) {
    const rows: Row[] = [];
    for (const table of visibleTables(context, caller, scope)) {
      const { rowCount, columnBytes } =
        table.kind === 'TABLE'
          ? await context.tables.statistics(table)
          : { rowCount: 0, columnBytes: {} };
      rows.push({
        ...summaryOf(table),
        last_modified_time: table.modifiedMs,
        row_count: rowCount,
        size_bytes: Object.values(columnBytes).reduce((sum, bytes) => sum + bytes, 0),
      });
    }
    return rows;
  },
};

function summaryOf({ projectId, datasetId, tableId, createdMs, kind }: TableRecord): Row {
  const type = typeNumbers[kind];
  if (type === undefined) throw notImplemented(`__TABLES__ of a dataset with a ${kind}`);
  return {
    project_id: projectId,
    dataset_id: datasetId,
    table_id: tableId,
    creation_time: createdMs,
    type,
  };
}
