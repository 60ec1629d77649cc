import { type TableRef } from '../table.js';

/** The scope of the key that masks the column at `path`. */
export type MaskScope = (path: readonly string[]) => string;

/**
 * Each column of each table has its own key: an export that binds it reads that column, so its owner learns the key of
 * values that they may read. A query can read anything and call it anything: its key is its owner's own.
 */
export const maskScopeOf =
  (table: TableRef | undefined, owner: string): MaskScope =>
  (path) =>
    JSON.stringify(
      table
        ? ['table', table.project, table.dataset, table.table, ...path]
        : ['query', owner.toLowerCase(), ...path],
    );
