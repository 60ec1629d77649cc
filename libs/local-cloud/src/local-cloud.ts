import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createBigQuery } from './bigquery/bigquery.js';
import { ShiftableClock } from './clock.js';
import { clockRoutes } from './clock-routes.js';
import { ArmedFaults } from './faults/armed-faults.js';
import { faultRoutes } from './faults/fault-routes.js';
import { injectFault } from './faults/inject-fault.js';
import { CloudServer } from './http/cloud-server.js';
import { lockDataFolder } from './http/data-folder.js';
import { openCertificate } from './http/self-signed-certificate.js';
import { RouteTable } from './http/match-route.js';
import { type Route } from './http/route.js';
import { loadRoute } from './load-route.js';
import { kmsRoutes } from './kms/kms-routes.js';
import { openSigningKeys } from './kms/signing-keys.js';
import { type OpenIdClient, openIdentity } from './identity/identity.js';
import { DurableObjectStore } from './storage/durable-object-store.js';
import { LifecycleSweeper } from './storage/lifecycle-sweeper.js';
import { ResumableUploads } from './storage/resumable-uploads.js';
import { storageRoutes } from './storage/storage-routes.js';
import { type SupportedRoute } from './support/support-matrix.js';
import { openTasks } from './tasks/tasks.js';

export type { OpenIdClient };

export interface LocalCloudOptions {
  /** 0 (the default) takes a free port. */
  readonly port?: number;
  readonly dataDir: string;
  /** Demand genuine tokens and check permissions; otherwise any caller may do anything. */
  readonly enforce?: boolean;
  /** Size at which extracts start a new file. */
  readonly shardBytes?: number;
  /** Most logical data that an extract writes into a single file: 1 GiB, as in BigQuery, unless said otherwise. */
  readonly singleFileBytes?: number;
  /** Refuse what Cloud Storage refuses: a second write of an object within a second. */
  readonly writeLimit?: boolean;
  /** Most bytes of one request that a resumable upload keeps: Cloud Storage may keep less than was sent. */
  readonly keptUploadBytes?: number;
  /** How long streamed rows lie in the streaming buffer; 3 s when it is not given. */
  readonly streamingBufferMs?: number;
  /** Whether EXPORT DATA needs bigquery.tables.export on the tables that it reads. */
  readonly strictExportData?: boolean;
  /** How long each BigQuery job waits before it runs, in milliseconds; 0 unless said otherwise. */
  readonly jobDelayMs?: number;
  /** Threads of the query engine, at most the machine's cores; all of them unless said otherwise. */
  readonly threads?: number;
  /** Deliver tasks as to a worker behind Cloud Run's IAM: with identity tokens whose signature is removed. */
  readonly tasksBehindIam?: boolean;
  readonly projectId?: string;
  /** Fill dataset `samples` at the first start. */
  readonly seed?: boolean;
  /** Folder of the sample files; default: that of the installed `vega-datasets` package. */
  readonly samplesFolder?: string;
  readonly log?: (line: string) => void;
}

/** A running local cloud. */
export interface LocalCloud {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  /** What it serves. */
  readonly routes: readonly SupportedRoute[];
  /** How the console signs people in here. */
  readonly openIdClient: OpenIdClient;
  /** Finishes what is being written, then stops. */
  close(): Promise<void>;
}

export const defaultProjectId = 'outhaul-local';

/** Long enough to be met, short enough to be waited for; at Google it takes minutes to an hour and a half. */
const usualStreamingBufferMs = 3_000;

/** Buckets that exist from the first start. */
const firstBuckets = ['outhaul-local-files', 'outhaul-local-records'] as const;

/** Starts the local cloud on 127.0.0.1. Throws when another process uses the data folder or the port. */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const folder = await lockDataFolder(options.dataDir);
  const closers: (() => Promise<void>)[] = [() => folder.unlock()];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    return await start(options, folder.path, closers, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function start(
  options: LocalCloudOptions,
  dataDir: string,
  closers: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<LocalCloud> {
  const { projectId = defaultProjectId, enforce = false, log = () => undefined } = options;
  const clock = new ShiftableClock();
  const storageFolder = join(dataDir, 'storage');
  await mkdir(storageFolder, { recursive: true });

  const store = await DurableObjectStore.open(storageFolder, clock, log, {
    writeLimit: options.writeLimit,
  });
  closers.push(() => store.close());
  await createFirstBuckets(store, projectId, clock.nowMs());
  const lifecycle = new LifecycleSweeper(store, clock, log);
  closers.push(() => lifecycle.close());
  const uploads = await ResumableUploads.open(join(storageFolder, 'uploads'));

  let url = '';
  const identity = await openIdentity({
    folder: join(dataDir, 'identity'),
    projectId,
    enforce,
    clock,
    issuer: () => url,
  });
  closers.push(() => identity.close());
  const { serviceAccount } = identity;

  const bigQuery = await createBigQuery({
    store,
    clock,
    policies: identity.policies,
    dataDir,
    projectId,
    shardBytes: options.shardBytes,
    singleFileBytes: options.singleFileBytes,
    streamingBufferMs: options.streamingBufferMs ?? usualStreamingBufferMs,
    strictExportData: options.strictExportData,
    jobDelayMs: options.jobDelayMs,
    threads: options.threads,
    samplesFolder: options.samplesFolder,
    log,
  });
  closers.push(() => bigQuery.close());
  if (options.seed) await bigQuery.seedSamples();

  const faults = new ArmedFaults();
  const tasks = await openTasks(
    join(dataDir, 'tasks.log'),
    `projects/${projectId}/locations/us-central1/queues/outhaul`,
    { clock, faults, tokens: identity, isBehindIam: options.tasksBehindIam, log },
  );
  closers.push(() => tasks.close());
  const routes: Route[] = [
    ...faultRoutes(faults),
    ...clockRoutes(clock, () => lifecycle.sweep()),
    ...tasks.routes,
    ...kmsRoutes(
      await openSigningKeys(
        join(dataDir, 'kms.json'),
        `projects/${projectId}/locations/us-central1/keyRings/outhaul/cryptoKeys/manifests/cryptoKeyVersions/1`,
      ),
    ),
    ...bigQuery.routes,
    loadRoute(bigQuery, dataDir),
    ...identity.routes,
    ...storageRoutes(
      {
        store,
        uploads,
        clock,
        projectId,
        keptUploadBytes: options.keptUploadBytes,
        publicKeyOf: (email) =>
          email === serviceAccount.email ? serviceAccount.publicKeyPem : undefined,
        serviceAccountEmail: serviceAccount.email,
        policies: identity.policies,
        callerOf: (email) => identity.authenticator.callerOf(email, 'storage'),
      },
      ({ request, ...call }) =>
        server.dispatch({ ...call, raw: request.raw, response: request.response }),
    ),
  ];
  const server = new CloudServer({
    table: new RouteTable(routes),
    certificate: await openCertificate(join(dataDir, 'tls'), Date.now()),
    authenticate: (headers, query, route) =>
      identity.authenticator.authenticate(headers, query, route),
    intercept: injectFault(faults),
    nowMs: () => clock.nowMs(),
    log,
  });
  const port = await server.listen(options.port ?? 0);
  closers.push(() => server.close());
  url = `http://127.0.0.1:${port}`;
  await writeKeyFile(join(dataDir, 'service-account.json'), serviceAccount.keyFile(projectId, url));
  tasks.start();
  return { url, port, dataDir, routes, openIdClient: identity.consoleClient(), close };
}

async function createFirstBuckets(
  store: DurableObjectStore,
  projectId: string,
  nowMs: number,
): Promise<void> {
  for (const name of firstBuckets)
    if (!store.bucket(name))
      await store.putBucket({
        name,
        projectId,
        location: 'US',
        storageClass: 'STANDARD',
        metageneration: 1,
        createdMs: nowMs,
        updatedMs: nowMs,
        settings: { versioning: { enabled: name === 'outhaul-local-records' } },
      });
}

async function writeKeyFile(path: string, content: Record<string, string>): Promise<void> {
  await writeFile(path, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  await chmod(path, 0o600);
}
