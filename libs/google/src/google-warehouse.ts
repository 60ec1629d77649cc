import {
  type DatasetFacts,
  type DatasetSummary,
  type DryRun,
  isAppError,
  type JobRef,
  type JobSpec,
  type Page,
  type PageRequest,
  type PartitionSummary,
  type PreviewRow,
  type QuerySpec,
  type TableMetadata,
  tableName,
  type TableRef,
  type TableSummary,
  type Warehouse,
} from '@outhaul/core';
import { type GoogleAuth } from 'google-auth-library';
import { BigQueryRest, segment } from './bigquery-rest.js';
import { BegunJobs } from './begun-jobs.js';
import { cancelJob, ensureJob, getJob, toWireParameter } from './jobs.js';
import { listPartitions } from './partitions.js';
import { listRows, previewByQuery } from './preview-rows.js';
import { type Asked, isDenial, translateError } from './translate-error.js';
import { testBucketPermissions, testProjectPermissions } from './permissions.js';
import { type PublishedJob } from './published.js';
import { toField, toKind, toTable } from './to-core.js';
import { type WireJob, type WireTable } from './wire-types.js';

export interface GoogleEndpoints {
  /** Where BigQuery is, e.g. `http://127.0.0.1:9050`; undefined = Google. */
  readonly bigquery?: string;
  readonly storage?: string;
}

interface WireDatasets {
  datasets?: {
    datasetReference: { projectId: string; datasetId: string };
    location?: string;
    labels?: Record<string, string>;
    friendlyName?: string;
  }[];
  nextPageToken?: string;
}

interface WireDataset {
  location?: string;
  /** A number as text. */
  maxTimeTravelHours?: string;
}

/** Of a dataset that says nothing else: seven days. */
const usualTimeTravelHours = '168';

interface WireTables {
  tables?: (Pick<WireTable, 'tableReference' | 'type' | 'creationTime' | 'labels'> & {
    timePartitioning?: object;
    rangePartitioning?: object;
  })[];
  nextPageToken?: string;
}

/** BigQuery through Google's own client, with the eyes of one identity. */
export class GoogleWarehouse implements Warehouse {
  private readonly rest: BigQueryRest;
  private readonly begun = new BegunJobs();

  constructor(
    private readonly auth: GoogleAuth,
    private readonly projectId: string,
    private readonly endpoints: GoogleEndpoints,
  ) {
    this.rest = new BigQueryRest(auth, projectId, endpoints.bigquery);
  }

  async listDatasets(project: string, page: PageRequest = {}): Promise<Page<DatasetSummary>> {
    const answer = await this.rest.call<WireDatasets>(
      { project, path: '/datasets', query: pageQuery(page) },
      { missing: 'dataset-not-found', resource: project },
    );
    return {
      items: (answer.datasets ?? []).map(
        ({ datasetReference: ref, location, labels, friendlyName }) => ({
          project: ref.projectId,
          dataset: ref.datasetId,
          location,
          labels,
          description: friendlyName,
        }),
      ),
      nextPageToken: answer.nextPageToken,
    };
  }

  async listTables(
    project: string,
    dataset: string,
    page: PageRequest = {},
  ): Promise<Page<TableSummary>> {
    const answer = await this.rest.call<WireTables>(
      { project, path: `/datasets/${segment(dataset)}/tables`, query: pageQuery(page) },
      { missing: 'dataset-not-found', resource: `${project}.${dataset}` },
    );
    return {
      items: (answer.tables ?? []).map((table) => ({
        ref: {
          project: table.tableReference.projectId,
          dataset: table.tableReference.datasetId,
          table: table.tableReference.tableId,
        },
        kind: toKind(table.type),
        createdMs: table.creationTime === undefined ? undefined : Number(table.creationTime),
        partitioned: table.timePartitioning !== undefined || table.rangePartitioning !== undefined,
        labels: table.labels,
      })),
      nextPageToken: answer.nextPageToken,
    };
  }

  async getDataset(project: string, dataset: string): Promise<DatasetFacts> {
    const { location = 'US', maxTimeTravelHours = usualTimeTravelHours } =
      await this.rest.call<WireDataset>(
        { project, path: `/datasets/${segment(dataset)}` },
        { missing: 'dataset-not-found', resource: `${project}.${dataset}` },
      );
    return { location, maxTimeTravelHours: Number(maxTimeTravelHours) };
  }

  async getTable(ref: TableRef): Promise<TableMetadata> {
    const { body, dateMs } = await this.rest.callDated<WireTable>(
      { project: ref.project, path: tablePath(ref) },
      missingTable(ref),
    );
    return toTable(body, dateMs);
  }

  listPartitions(ref: TableRef, billingProject: string): Promise<readonly PartitionSummary[]> {
    return this.ofSeen(ref, (asked) => listPartitions(this.rest, ref, billingProject, asked));
  }

  async previewRows(
    ref: TableRef,
    options: { maxRows: number; pageToken?: string },
  ): Promise<Page<PreviewRow>> {
    const { fields, location } = await this.getTable(ref);
    const asked = { ...missingTable(ref), isSeen: true };
    try {
      return await listRows(this.rest, ref, fields, options, asked);
    } catch (error) {
      if (!isDenial(error) || options.pageToken !== undefined) throw error;
      const place = { project: this.projectId, location };
      const items = await previewByQuery(this.rest, place, ref, fields, options.maxRows);
      if (items === undefined) throw error;
      return { items };
    }
  }

  async dryRun(query: QuerySpec): Promise<DryRun> {
    const { body: job, dateMs } = await this.rest.callDated<WireJob>(
      {
        method: 'POST',
        project: query.project,
        path: '/jobs',
        json: {
          jobReference: { projectId: query.project, location: query.location },
          configuration: {
            dryRun: true,
            query: {
              query: query.sql,
              useLegacySql: false,
              ...(query.parameters.length > 0
                ? { parameterMode: 'NAMED', queryParameters: query.parameters.map(toWireParameter) }
                : {}),
            },
          },
        } satisfies PublishedJob,
      },
      { missing: 'table-not-found', resource: 'named in the query', isQuery: true },
    );
    const { query: statistics } = job.statistics ?? {};
    return {
      bytes: Number(statistics?.totalBytesProcessed ?? job.statistics?.totalBytesProcessed ?? 0),
      fields: (statistics?.schema?.fields ?? []).map(toField),
      statementType: statistics?.statementType ?? 'SELECT',
      location: job.jobReference.location,
      tables: (statistics?.referencedTables ?? []).map((table) => ({
        project: table.projectId,
        dataset: table.datasetId,
        table: table.tableId,
      })),
      atMs: Number(job.statistics?.creationTime ?? dateMs),
    };
  }

  async testTablePermissions(
    ref: TableRef,
    permissions: readonly string[],
  ): Promise<readonly string[]> {
    const answer = await this.ofSeen(ref, (asked) =>
      this.rest.call<{ permissions?: string[] }>(
        {
          method: 'POST',
          project: ref.project,
          path: `${tablePath(ref)}:testIamPermissions`,
          json: { permissions },
        },
        asked,
      ),
    );
    return answer.permissions ?? [];
  }

  testProjectPermissions(
    project: string,
    permissions: readonly string[],
  ): Promise<readonly string[]> {
    return testProjectPermissions(this.auth, this.endpoints, project, permissions);
  }

  testBucketPermissions(
    bucket: string,
    permissions: readonly string[],
  ): Promise<readonly string[]> {
    return testBucketPermissions(this.auth, this.endpoints, bucket, permissions);
  }

  async countRowPolicies(ref: TableRef): Promise<number | undefined> {
    try {
      const answer = await this.rest.call<{ rowAccessPolicies?: unknown[] }>(
        { project: ref.project, path: `${tablePath(ref)}/rowAccessPolicies` },
        { missing: 'permission-denied', resource: tableName(ref) },
      );
      return answer.rowAccessPolicies?.length ?? 0;
    } catch (error) {
      if (isAppError(error, 'permission-denied') || isAppError(error, 'request-invalid'))
        return undefined;
      throw error;
    }
  }

  ensureJob(job: JobSpec) {
    const start = (isSeen?: boolean) => ensureJob(this.rest, job, this.begun, isSeen);
    return job.kind === 'extract'
      ? this.ofSeen(withoutDecorators(job.source), ({ isSeen }) => start(isSeen))
      : start();
  }

  /**
   * Does something with a table. When Google refuses it, who sees the table is told why in Google's words, and anyone else
   * that it does not exist.
   */
  private async ofSeen<T>(ref: TableRef, work: (asked: Asked) => Promise<T>): Promise<T> {
    try {
      return await work(missingTable(ref));
    } catch (error) {
      if (!isDenial(error)) throw error;
      await this.getTable(ref);
      throw translateError(error.cause, { ...missingTable(ref), isSeen: true });
    }
  }

  getJob(ref: JobRef) {
    return getJob(this.rest, ref);
  }

  cancelJob(ref: JobRef) {
    return cancelJob(this.rest, ref);
  }
}

const withoutDecorators = (ref: TableRef): TableRef => ({
  ...ref,
  table: ref.table.replace(/[@$].*/, ''),
});

const tablePath = ({ dataset, table }: TableRef): string =>
  `/datasets/${segment(dataset)}/tables/${segment(table)}`;

const missingTable = (ref: TableRef): Asked => ({
  missing: 'table-not-found',
  resource: tableName(ref),
});

const pageQuery = ({ pageSize, pageToken }: PageRequest) => ({ maxResults: pageSize, pageToken });
