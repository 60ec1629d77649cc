import { type Typed } from '../analyzer/typed.js';
import { type SqlType } from '../types.js';

/** The pieces of an aggregate call in DuckDB’s SQL. */
export interface AggregateParts {
  /** `DISTINCT ` or nothing. */
  readonly distinct: string;
  /** ` ORDER BY …` or nothing. */
  readonly order: string;
  /** ` FILTER (WHERE …)` or nothing; the template may add conditions by `filterWith`. */
  filterWith(condition?: string): string;
  /** ` OVER (…)` or nothing. */
  readonly over: string;
}

export interface AggregateSpec {
  readonly text: string;
  /** Types that the arguments are coerced to, tried in turn. */
  readonly parameters: readonly (readonly (SqlType | 'ANY')[])[];
  readonly returns: (args: readonly Typed[]) => SqlType;
  readonly sql: (args: readonly Typed[], parts: AggregateParts, type: SqlType) => string;
  /** Whether `sql` gives a list that is then joined by the second argument. */
  readonly isJoined?: true;
  readonly allows: {
    readonly distinct?: boolean;
    readonly orderBy?: boolean;
    readonly limit?: boolean;
    readonly nulls?: boolean;
    readonly having?: boolean;
    readonly over?: boolean;
    readonly star?: boolean;
  };
}

export type AggregateTable = Readonly<Record<string, AggregateSpec>>;
