import { type BigQueryField } from '../bigquery/schema.js';
import { type TableChange } from './table-change.js';

/** A reading of a table that BigQuery allows only with a filter on the table's partitions. */
export interface RequiredFilter {
  readonly table: TableName;
  /** The partitioning columns, as the refusal names them. */
  readonly columns: readonly string[];
  /** What these columns are called in the rows that are read; none when the rows do not have them. */
  readonly by: readonly string[];
}

/** A table, view or external table as the SQL sees it. */
export interface ResolvedTable {
  /** Quoted, fully qualified DuckDB relation, e.g. `"tables"."t_17_3"` or `(SELECT …)`. */
  readonly relation: string;
  readonly schema: readonly BigQueryField[];
  /** Columns of the relation that can be named, though no star brings them. */
  readonly pseudo?: readonly BigQueryField[];
  /** What a query that names one of these columns fails with: they are kept back from who asks. */
  readonly refusals?: ReadonlyMap<string, Error>;
  /** Filters without which a query of it fails. */
  readonly requiredFilters?: readonly RequiredFilter[];
}

export interface TableName {
  readonly projectId: string;
  readonly datasetId: string;
  readonly tableId: string;
}

/** A bound query parameter, typed as BigQuery types it. */
export interface QueryParameter {
  readonly name?: string;
  readonly type: BigQueryField;
  readonly value: unknown;
}

/** What the statements of a script share. */
export interface ScriptScope {
  /** The temporary tables there are, by the names that the script gave them. */
  readonly tables: ReadonlyMap<string, TableName>;
  /** Where a temporary table goes that the statement creates. */
  readonly newTable: TableName;
}

export interface TranslateContext {
  readonly defaultProject: string;
  readonly defaultDataset?: TableName | { projectId: string; datasetId: string };
  readonly parameters: readonly QueryParameter[];
  /** CURRENT_TIMESTAMP of the whole statement. */
  readonly nowMs: number;
  readonly sessionUser: string;
  /** The script that the statement is part of. */
  readonly script?: ScriptScope;
  /** Finds a table at an instant (`asOfMs`, from FOR SYSTEM_TIME AS OF or `@` decorators); throws CloudError 404. */
  resolveTable(name: TableName, asOfMs?: number): ResolvedTable | Promise<ResolvedTable>;
  /** Works out a constant expression of DuckDB; where it is missing, FOR SYSTEM_TIME AS OF cannot be used. */
  evaluate?(sql: string, parameters: readonly unknown[]): Promise<unknown>;
}

/** A query translated for DuckDB. `columns` is the result's BigQuery schema. */
export interface TranslatedQuery {
  readonly kind: 'query';
  readonly sql: string;
  readonly parameters: readonly unknown[];
  readonly columns: readonly BigQueryField[];
  readonly tables: readonly TableName[];
  /** Filters that the query lacks: it can only be part of another one that has them. */
  readonly requiredFilters?: readonly RequiredFilter[];
}

export type TranslatedStatement =
  | TranslatedQuery
  | {
      readonly kind: 'export-data';
      /** Options as written: `uri`, `format`, `compression`, `overwrite`, `header`, `field_delimiter`, `use_avro_logical_types`. */
      readonly options: Readonly<Record<string, string | boolean>>;
      readonly query: TranslatedQuery;
      /** Whether the outermost query has an ORDER BY: then the rows keep their order across files. */
      readonly ordered: boolean;
    }
  | {
      readonly kind: 'change';
      /** BigQuery's name of the statement's type, e.g. `CREATE_TABLE_AS_SELECT`. */
      readonly statementType: string;
      readonly change: TableChange;
    };
