import { nameCells, nameColumns, type SystemView, visibleTables } from './system-view.js';

const tableTypes = {
  TABLE: 'BASE TABLE',
  SNAPSHOT: 'SNAPSHOT',
  VIEW: 'VIEW',
  MATERIALIZED_VIEW: 'MATERIALIZED VIEW',
  EXTERNAL: 'EXTERNAL',
} as const;

/** INFORMATION_SCHEMA.TABLES: tables and views of every kind. */
export const tablesView: SystemView = {
  columns: [
    ...nameColumns,
    ['table_type', 'STRING'],
    ['is_insertable_into', 'STRING'],
    ['is_typed', 'STRING'],
    ['creation_time', 'TIMESTAMP'],
  ],
  rows: (context, caller, scope) =>
    visibleTables(context, caller, scope).map((table) => ({
      ...nameCells(table),
      table_type: tableTypes[table.kind],
      is_insertable_into: table.kind === 'TABLE' ? 'YES' : 'NO',
      is_typed: 'NO',
      creation_time: { timestampMs: table.createdMs },
    })),
};

/** INFORMATION_SCHEMA.VIEWS: the queries of views. */
export const viewsView: SystemView = {
  columns: [
    ...nameColumns,
    ['view_definition', 'STRING'],
    ['check_option', 'STRING'],
    ['use_standard_sql', 'STRING'],
  ],
  rows: (context, caller, scope) =>
    visibleTables(context, caller, scope)
      .filter(({ kind }) => kind === 'VIEW')
      .map((table) => ({
        ...nameCells(table),
        view_definition: (table.settings['view'] as { query: string }).query,
        check_option: null,
        use_standard_sql: 'YES',
      })),
};
