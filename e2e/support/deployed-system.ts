import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Export, type ExportRequest, unwrap } from '@outhaul/api-client';
import { refuseLeaksBelow } from './refuse-leaks.js';
import { RunningProcess } from './running-process.js';
import { settingsOfStack } from './synthesized-stack.js';

const account = 'outhaul-service@outhaul-local.iam.gserviceaccount.com';
const queue = 'projects/outhaul-local/locations/us-central1/queues/outhaul';
const audience = 'outhaul-worker';

interface SetRecord {
  readonly outcome?: object;
  readonly members: readonly {
    readonly state: string;
    readonly rows?: number;
    readonly error?: { readonly message: string; readonly fix?: string };
  }[];
}

/**
 * The two services as they are deployed, the public one and the worker, with the local cloud's queue between them. The
 * worker has the stack's settings, and gets what Cloud Run's IAM leaves of a token: its claims, without the signature.
 */
export class DeployedSystem {
  /** Token of the tests' own calls of the local cloud; any will do unless it enforces. */
  cloudToken = 'any';

  private constructor(
    readonly folder: string,
    readonly cloud: RunningProcess,
    readonly worker: RunningProcess,
    readonly api: RunningProcess,
    readonly workerUrl: string,
  ) {}

  static async start(
    settings: Readonly<Record<string, string>> = {},
    cloudArgs: readonly string[] = [],
  ): Promise<DeployedSystem> {
    const folder = mkdtempSync(join(tmpdir(), 'outhaul-deployed-'));
    const data = join(folder, 'data');
    const cloud = await RunningProcess.start('dist/libs/local-cloud/main.mjs', [
      '--port',
      '0',
      '--data',
      data,
      '--tasks-behind-iam',
      '--write-limit',
      ...cloudArgs,
    ]);
    const url = cloud.ready.url ?? '';
    const port = await freePort();
    const workerUrl = `http://127.0.0.1:${port}`;
    const common = {
      OUTHAUL_PROJECT: 'outhaul-local',
      OUTHAUL_FILES_BUCKETS: 'outhaul-local-files',
      OUTHAUL_RECORDS_BUCKET: 'outhaul-local-records',
      OUTHAUL_BIGQUERY_ENDPOINT: url,
      OUTHAUL_STORAGE_ENDPOINT: url,
      OUTHAUL_TASKS_ENDPOINT: url,
      OUTHAUL_CREDENTIALS_FILE: join(data, 'service-account.json'),
      OUTHAUL_AUTH: 'service-account',
      OUTHAUL_TOKENINFO_ENDPOINT: `${url}/tokeninfo`,
      OUTHAUL_POLL_MS: '50',
      OUTHAUL_TASK_QUEUE: queue,
      OUTHAUL_TASK_ACCOUNT: account,
      OUTHAUL_WORKER_URL: workerUrl,
      OUTHAUL_WORKER_AUDIENCE: audience,
      ...settings,
    };
    const worker = await RunningProcess.start('dist/apps/api/main.mjs', [], {
      ...settingsOfStack('worker'),
      OUTHAUL_HOST: '127.0.0.1',
      ...common,
      PORT: String(port),
      OUTHAUL_SERVICE_NAME: 'outhaul-worker',
      OUTHAUL_WORKER_CALLERS: account,
      OUTHAUL_TASK_ISSUER: url,
      OUTHAUL_TASK_KEYS_URL: `${url}/jwks`,
    });
    const api = await RunningProcess.start('dist/apps/api/main.mjs', [], {
      ...common,
      PORT: '0',
      OUTHAUL_SERVICE_NAME: 'outhaul-api',
    });
    return new DeployedSystem(folder, cloud, worker, api, workerUrl);
  }

  get url(): string {
    return `http://127.0.0.1:${this.api.ready.port}`;
  }

  get cloudUrl(): string {
    return this.cloud.ready.url ?? '';
  }

  startExport(body: ExportRequest, headers: Record<string, string> = {}): Promise<Export> {
    return unwrap(createClient({ baseUrl: this.url }).POST('/api/v1/export', { body, headers }));
  }

  /** The record as it lies in its bucket; asking the service would make it work on the export. */
  async recordOf(id: string): Promise<Export> {
    const name = encodeURIComponent(`exports/${id}.json`);
    const answer = await this.cloudCall(`/storage/v1/b/outhaul-local-records/o/${name}?alt=media`);
    return (await answer.json()) as Export;
  }

  /** The record of a set of exports, likewise. */
  async setOf(id: string): Promise<SetRecord> {
    const name = encodeURIComponent(`export-sets/${id}.json`);
    const answer = await this.cloudCall(`/storage/v1/b/outhaul-local-records/o/${name}?alt=media`);
    return (await answer.json()) as SetRecord;
  }

  async untilEndedByItself(id: string): Promise<Export> {
    for (;;) {
      const record = await this.recordOf(id);
      if (record.outcome) return record;
      await pause(100);
    }
  }

  cloudCall(path: string, method = 'GET', body?: unknown): Promise<Response> {
    return fetch(this.cloudUrl + path, {
      method,
      headers: { Authorization: `Bearer ${this.cloudToken}`, 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }

  /** Has the queue call the worker, as Cloud Scheduler would; `as` is the account that the token is of. */
  async callWorker(path: string, as = account, meantFor = audience): Promise<void> {
    const answer = await this.cloudCall(`/v2/${queue}/tasks`, 'POST', {
      task: {
        httpRequest: {
          url: this.workerUrl + path,
          httpMethod: 'POST',
          oidcToken: { serviceAccountEmail: as, audience: meantFor },
        },
      },
    });
    if (!answer.ok) throw new Error(await answer.text());
  }

  queueCall(verb: 'pause' | 'resume' | 'purge'): Promise<Response> {
    return this.cloudCall(`/v2/${queue}:${verb}`, 'POST', {});
  }

  async tasks(): Promise<readonly { readonly name: string }[]> {
    const answer = await this.cloudCall(`/v2/${queue}/tasks`);
    return ((await answer.json()) as { tasks?: { name: string }[] }).tasks ?? [];
  }

  /** Lines that the services have logged, oldest first, as JSON. */
  lines(of: 'api' | 'worker'): readonly Readonly<Record<string, unknown>>[] {
    return (of === 'api' ? this.api : this.worker)
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  async untilLine(
    of: 'api' | 'worker',
    is: (line: Readonly<Record<string, unknown>>) => boolean,
  ): Promise<Readonly<Record<string, unknown>>> {
    for (let tries = 0; tries < 400; tries += 1) {
      const found = this.lines(of).find(is);
      if (found) return found;
      await pause(50);
    }
    throw new Error(`the ${of} did not log it:\n${this[of].output().slice(-2_000)}`);
  }

  async stop(): Promise<void> {
    await this.api.end();
    await this.worker.end();
    await this.cloud.end();
    refuseLeaksBelow(join(this.folder, 'data'));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
