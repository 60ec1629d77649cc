import { type default as bigquery } from '@google-cloud/bigquery/build/src/types.js';

/** A type that nothing is written to. */
type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** BigQuery's resources as Google publishes them: a field that Google does not have, or of another type, does not compile. */
export type PublishedJob = DeepReadonly<bigquery.IJob>;
export type PublishedJobStatus = DeepReadonly<bigquery.IJobStatus>;
export type PublishedJobStatistics = DeepReadonly<bigquery.IJobStatistics>;
export type PublishedJobConfiguration = DeepReadonly<bigquery.IJobConfiguration>;
export type PublishedListedJob = DeepReadonly<NonNullable<bigquery.IJobList['jobs']>[number]>;
export type PublishedTable = DeepReadonly<bigquery.ITable>;
export type PublishedListedTable = DeepReadonly<NonNullable<bigquery.ITableList['tables']>[number]>;
export type PublishedDataset = DeepReadonly<bigquery.IDataset>;
export type PublishedListedDataset = DeepReadonly<
  NonNullable<bigquery.IDatasetList['datasets']>[number]
>;
export type PublishedQueryResults = DeepReadonly<bigquery.IGetQueryResultsResponse>;
