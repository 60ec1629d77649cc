import { type Clock } from '../clock.js';
import { type CloudRequest } from '../http/route.js';
import { type TableName } from '../googlesql/translate.js';
import { type IamPolicies } from '../identity/iam-policies.js';
import { type ObjectStore } from '../storage/object-store.js';
import { type Catalog } from './catalog.js';
import { type DuckDatabase } from './duck-database.js';
import { type JobRunner } from './job-runner.js';
import { type RecordLog } from './record-log.js';
import { type TableStore } from './table-store.js';

/** What BigQuery's handlers work with. */
export interface BigQueryContext {
  readonly database: DuckDatabase;
  readonly records: RecordLog;
  readonly catalog: Catalog;
  readonly tables: TableStore;
  readonly jobs: JobRunner;
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly policies: IamPolicies;
  /** The project of the samples; other projects exist as soon as they hold a dataset. */
  readonly projectId: string;
  /** Size at which extracts start a new file. */
  readonly shardBytes: number;
  /** More logical data than this are not extracted into a single file. */
  readonly singleFileBytes: number;
  /** Whether EXPORT DATA needs bigquery.tables.export on the tables that it reads; Google's pages do not say. */
  readonly strictExportData: boolean;
  log(line: string): void;
}

/** A path parameter that the route's pattern guarantees. */
export const parameter = (request: CloudRequest, name: string): string =>
  request.params[name] ?? '';

export const tableOf = (request: CloudRequest): TableName => ({
  projectId: parameter(request, 'project'),
  datasetId: parameter(request, 'dataset'),
  tableId: parameter(request, 'table'),
});

export const projectResource = (projectId: string): string => `projects/${projectId}`;

export const datasetResource = (projectId: string, datasetId: string): string =>
  `projects/${projectId}/datasets/${datasetId}`;

export const tableResource = ({ projectId, datasetId, tableId }: TableName): string =>
  `projects/${projectId}/datasets/${datasetId}/tables/${tableId}`;
