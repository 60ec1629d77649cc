import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock } from '../clock.js';
import { type Route } from '../http/route.js';
import { seedSamples } from '../seed/seed-samples.js';
import { type IamPolicies, volatilePolicies } from '../identity/iam-policies.js';
import { type ObjectStore } from '../storage/object-store.js';
import { type BigQueryContext } from './bigquery-context.js';
import { Catalog } from './catalog.js';
import { readJobSlots } from './config.js';
import { datasetRoutes } from './dataset-routes.js';
import { DuckDatabase } from './duck-database.js';
import { forgetOldResults, forgetRegularly } from './forget-old-results.js';
import { type JobRecord } from './job-record.js';
import { jobRoutes } from './job-routes.js';
import { JobRunner } from './job-runner.js';
import { type LoadedFile, loadFile } from './load-file.js';
import { policyRoutes } from './policy-routes.js';
import { projectRoutes } from './project-routes.js';
import { queryRoutes } from './query-routes.js';
import { RecordLog } from './record-log.js';
import { tableDataRoutes } from './tabledata-routes.js';
import { tableRoutes } from './table-routes.js';
import { TableStore } from './table-store.js';
import { uploadRoutes } from './upload-routes.js';

export interface BigQueryDeps {
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** The whole data folder; tables live in `bigquery/`, objects are read from `storage/`. */
  readonly dataDir: string;
  readonly projectId: string;
  /** Size at which extracts start a new file; 8 MiB when it is not given. */
  readonly jobDelayMs?: number;
  readonly shardBytes?: number;
  /** Most logical data that an extract writes into a single file; BigQuery's own 1 GiB when it is not given. */
  readonly singleFileBytes?: number;
  /** How long streamed rows lie in the streaming buffer; not at all when it is not given. */
  readonly streamingBufferMs?: number;
  /** Whether EXPORT DATA needs bigquery.tables.export on the tables that it reads. */
  readonly strictExportData?: boolean;
  /** Threads of the query engine; the machine's cores when it is not given. */
  readonly threads?: number;
  /** Folder of the sample files, default: that of the installed `vega-datasets` package. */
  readonly samplesFolder?: string;
  /** Who may do what; kept in memory when it is not given. */
  readonly policies?: IamPolicies;
  log(line: string): void;
}

/** BigQuery, as the local cloud serves it. */
export interface LocalBigQuery {
  readonly routes: Route[];
  /** Loads a file of the user's disk (CSV, Parquet or JSON lines) into `dataset.table`, replacing its rows. */
  loadFile(path: string, destination: string): Promise<LoadedFile>;
  /** Makes the `samples` dataset when it is missing; quick when it is there. */
  seedSamples(): Promise<void>;
  close(): Promise<void>;
}

const hourMs = 60 * 60 * 1000;
const usualShardBytes = 8 * 1024 * 1024;

/** Opens the warehouse in the data folder and gives its routes. */
export async function createBigQuery(deps: BigQueryDeps): Promise<LocalBigQuery> {
  const folder = join(deps.dataDir, 'bigquery');
  await mkdir(folder, { recursive: true });
  const database = await DuckDatabase.open(folder, [join(deps.dataDir, 'storage')], deps.threads);
  const { log, records } = await RecordLog.open(database);
  const catalog = new Catalog(database, log, deps.clock, records, deps.streamingBufferMs);
  await forgetOldResults(catalog);
  const stopForgetting = forgetRegularly(catalog, hourMs, (line) => deps.log(line));
  const jobs = new JobRunner(
    log,
    deps.clock,
    readJobSlots(),
    (line) => deps.log(line),
    deps.jobDelayMs,
  );
  await jobs.restore(
    records.filter(({ kind }) => kind === 'job').map(({ value }) => value as JobRecord),
  );
  const context: BigQueryContext = {
    database,
    records: log,
    catalog,
    tables: new TableStore(catalog),
    jobs,
    store: deps.store,
    clock: deps.clock,
    policies: deps.policies ?? volatilePolicies(),
    projectId: deps.projectId,
    shardBytes: deps.shardBytes ?? usualShardBytes,
    strictExportData: deps.strictExportData ?? false,
    singleFileBytes: deps.singleFileBytes ?? 1024 ** 3,
    log: (line) => deps.log(line),
  };
  const routes: Route[] = [
    ...projectRoutes(context, () => routes),
    ...datasetRoutes(context),
    ...tableRoutes(context),
    ...tableDataRoutes(context),
    ...policyRoutes(context),
    ...jobRoutes(context),
    ...uploadRoutes(context),
    ...queryRoutes(context),
  ];
  return {
    routes,
    loadFile: (path, destination) => loadFile(context, path, destination),
    seedSamples: () => seedSamples(context, deps.samplesFolder),
    async close() {
      await stopForgetting();
      await jobs.close();
      await log.close();
      await database.close();
    },
  };
}
