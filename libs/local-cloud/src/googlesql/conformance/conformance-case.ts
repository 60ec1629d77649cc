import { type QueryParameter } from '../translate.js';

/**
 * A cell as BigQuery's REST API gives it, unwrapped: text or null, an array for ARRAY, an object by field name for
 * STRUCT (`_field_1` for a field without a name).
 */
export type ConformanceCell =
  string | null | readonly ConformanceCell[] | { readonly [name: string]: ConformanceCell };

interface ConformanceQuery {
  /** The function, operator or construct that Google's documentation describes, e.g. `SAFE_DIVIDE`. */
  readonly function: string;
  readonly sql: string;
  readonly parameters?: readonly QueryParameter[];
  /** Why the expectation is what it is, where that is not plain from the documentation. */
  readonly note?: string;
}

/** A query with what Google's documentation says of it: the rows and the columns' types, or an error. */
export type ConformanceCase =
  | (ConformanceQuery & {
      /** GoogleSQL's names, e.g. `INT64`, `ARRAY<STRUCT<a INT64, b STRING>>`; left out where the rows show them. */
      readonly types?: readonly string[];
      readonly rows: readonly (readonly ConformanceCell[])[];
      /** Whether the rows may come in any order. */
      readonly anyOrder?: true;
      readonly error?: undefined;
    })
  | (ConformanceQuery & { readonly error: RegExp; readonly rows?: undefined });
