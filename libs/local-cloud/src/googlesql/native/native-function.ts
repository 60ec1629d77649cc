/** Types of the arguments and results of functions that run in JavaScript. */
export type NativeType = 'VARCHAR' | 'BIGINT' | 'DOUBLE' | 'BLOB' | 'VARCHAR[]';

/** A function of DuckDB that runs here. It is not called for rows with a NULL argument; it throws QueryFailure. */
export interface NativeFunction {
  readonly name: string;
  readonly parameters: readonly NativeType[];
  readonly returns: NativeType;
  // The arguments have the types that `parameters` says: string, bigint, number, Uint8Array, string[].
  readonly run: (...args: never[]) => string | bigint | number | Uint8Array | null;
}

/** A mistake in the data of a query, in BigQuery's words. */
export class QueryFailure extends Error {
  override readonly name = 'QueryFailure';
}
