import { type Expression, type WindowSpec } from '../parser/ast.js';
import { type RequiredFilter } from '../translate.js';
import { type SqlType } from '../types.js';
import { type Typed } from './typed.js';

/** A query of WITH. */
export interface Cte {
  readonly relation: string;
  readonly columns: readonly { readonly name?: string; readonly type: SqlType }[];
  readonly isValueTable: boolean;
  /** Filters that a query over it must have, and the columns that they can be on, by their numbers. */
  readonly pending?: readonly PendingFilter[];
}

export interface PendingFilter {
  readonly filter: GuardedScan['filter'];
  readonly by: readonly number[];
}

/** A reading of a table that wants a filter on the table's partitions. */
export interface GuardedScan {
  readonly filter: Pick<RequiredFilter, 'table' | 'columns'>;
  isFiltered: boolean;
}

export interface Column {
  readonly name?: string;
  readonly type: SqlType;
  readonly sql: string;
  /** Pseudo columns (`_PARTITIONTIME`) can be named, but `*` leaves them out. */
  readonly isPseudo?: true;
  /** The column is kept back from who asks: a query that uses it fails with this. */
  readonly refusal?: Error;
  /** The readings of tables that a filter on this column would filter by their partitions. */
  readonly guards?: readonly GuardedScan[];
}

/** A table, subquery or array in FROM under its alias. */
export interface RangeVariable {
  readonly name?: string;
  readonly columns: readonly Column[];
  /** Of a value table (UNNEST): the value itself. */
  readonly value?: Typed;
  /** An outer join may have no row of it; its columns are NULL then, and so would be the row. */
  readonly mayBeMissing?: true;
}

/** What FROM makes visible. */
export interface FromScope {
  readonly variables: readonly RangeVariable[];
  /** Every column in the order of `*`; those of USING once. */
  readonly columns: readonly Column[];
}

export const emptyFrom: FromScope = { variables: [], columns: [] };

/** The expressions by which rows are grouped, and the aggregates over each group. */
export interface Grouping {
  /** Name of the relation of groups in DuckDB. */
  readonly relation: string;
  readonly keys: { readonly canonical: string; readonly key: Typed; readonly column: Typed }[];
  /** SQL of the aggregates; the name of each is `a1`, `a2`, … */
  readonly aggregates: string[];
  /** The same FROM, before grouping: what aggregates range over. */
  readonly inner: Scope;
}

/** Where an expression stands: what names mean there, and what is allowed. */
export interface Scope {
  readonly from: FromScope;
  readonly parent?: Scope;
  /** Queries of WITH, by name in small letters. */
  readonly ctes: ReadonlyMap<string, Cte>;
  /** Names of the SELECT list, by name in small letters. */
  readonly aliases?: ReadonlyMap<string, Expression>;
  readonly grouping?: Grouping;
  /** Says why there can be no aggregate here, e.g. `in WHERE clause`. */
  readonly noAggregates?: string;
  readonly noWindows?: string;
  readonly windows?: ReadonlyMap<string, WindowSpec>;
  /** Collects the columns that are used, where someone wants to know them. */
  readonly uses?: Set<Pick<Column, 'guards'>>;
}

export const sameName = (a: string | undefined, b: string): boolean =>
  a !== undefined && a.toLowerCase() === b.toLowerCase();
