import { type BigQueryField } from '../bigquery/schema.js';
import { type TableName, type TranslatedQuery } from './translate.js';

/** What a statement does to tables, ready to be done. */
export type TableChange =
  | {
      readonly kind: 'create-table';
      readonly name: TableName;
      readonly mode: 'CREATE' | 'OR REPLACE' | 'IF NOT EXISTS';
      readonly schema: readonly BigQueryField[];
      readonly settings: Readonly<Record<string, unknown>>;
      readonly query?: TranslatedQuery;
      /** What the script calls its temporary table. */
      readonly temporaryName?: string;
    }
  | {
      readonly kind: 'create-view';
      readonly name: TableName;
      readonly mode: 'CREATE' | 'OR REPLACE' | 'IF NOT EXISTS';
      readonly schema: readonly BigQueryField[];
      readonly settings: Readonly<Record<string, unknown>>;
    }
  | {
      readonly kind: 'drop';
      readonly what: 'TABLE' | 'VIEW';
      readonly name: TableName;
      readonly ifExists: boolean;
    }
  | {
      readonly kind: 'create-policy';
      /** The table. */
      readonly name: TableName;
      readonly mode: 'CREATE' | 'OR REPLACE' | 'IF NOT EXISTS';
      readonly policyId: string;
      readonly filterPredicate: string;
      readonly grantees: readonly string[];
    }
  | {
      readonly kind: 'drop-policy';
      readonly name: TableName;
      /** All of them where it is missing. */
      readonly policyId?: string;
      readonly ifExists: boolean;
    }
  | { readonly kind: 'truncate'; readonly name: TableName }
  /** The query’s columns are those of the table, in its order. */
  | { readonly kind: 'insert'; readonly name: TableName; readonly query: TranslatedQuery }
  | {
      readonly kind: 'delete' | 'update';
      readonly name: TableName;
      /** What the table is called in `condition` and `values`. */
      readonly alias: string;
      readonly condition: string;
      /** The new values of all columns, in the table’s order. */
      readonly values: readonly string[];
      readonly bound: readonly (string | null)[];
    };
