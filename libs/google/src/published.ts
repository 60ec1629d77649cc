import { type default as bigquery } from '@google-cloud/bigquery/build/src/types.js';

/** A type that nothing is written to. */
type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** BigQuery's resources as Google publishes them: a request that Google does not know does not compile. */
export type PublishedJob = DeepReadonly<bigquery.IJob>;
export type PublishedJobConfiguration = DeepReadonly<bigquery.IJobConfiguration>;
export type PublishedExternalData = DeepReadonly<bigquery.IExternalDataConfiguration>;
export type PublishedParameter = DeepReadonly<bigquery.IQueryParameter>;
export type PublishedQuery = DeepReadonly<bigquery.IQueryRequest>;
