import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createClient,
  type Export,
  type ExportRequest,
  type OuthaulClient,
  unwrap,
  watchExport,
} from '@outhaul/api-client';
import { refuseLeaksBelow } from './refuse-leaks.js';
import { type DemoUser, Person, type TokenWish } from './person.js';
import { type Finished, runCli, RunningProcess } from './running-process.js';

/** The signing key that the local cloud has from its first start. */
export const localSigningKey =
  'projects/outhaul-local/locations/us-central1/keyRings/outhaul/cryptoKeys/manifests/cryptoKeyVersions/1';

/** Local cloud, service and console as their own processes, over a fresh data folder. */
export class WholeSystem {
  private isStopped = false;

  private constructor(
    readonly folder: string,
    readonly cloud: RunningProcess,
    private api: RunningProcess,
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  /** `through` may put something between the service and the cloud; it answers the address the service is to use. */
  static async start(
    settings: Readonly<Record<string, string>> = {},
    cloudArgs: readonly string[] = [],
    through: (cloudUrl: string) => Promise<string> = async (url) => url,
  ): Promise<WholeSystem> {
    const folder = mkdtempSync(join(tmpdir(), 'outhaul-e2e-'));
    const data = join(folder, 'data');
    const cloud = await RunningProcess.start('dist/libs/local-cloud/main.mjs', [
      '--port',
      '0',
      '--data',
      data,
      '--write-limit',
      ...cloudArgs,
    ]);
    const url = await through(cloud.ready.url ?? '');
    const all = {
      PORT: '0',
      OUTHAUL_PROJECT: 'outhaul-local',
      OUTHAUL_FILES_BUCKETS: 'outhaul-local-files',
      OUTHAUL_RECORDS_BUCKET: 'outhaul-local-records',
      OUTHAUL_BIGQUERY_ENDPOINT: url,
      OUTHAUL_STORAGE_ENDPOINT: url,
      OUTHAUL_KMS_ENDPOINT: url,
      OUTHAUL_CREDENTIALS_FILE: join(data, 'service-account.json'),
      OUTHAUL_CONSOLE_DIR: join(__dirname, '../../dist/apps/web/browser'),
      OUTHAUL_MASK_KEY: 'a mask key of thirty-two letters'.replaceAll(' ', '-'),
      OUTHAUL_POLL_MS: '50',
      OUTHAUL_AUTH: 'service-account',
      OUTHAUL_CLIENT_IDS: 'outhaul-cli',
      OUTHAUL_TOKENINFO_ENDPOINT: `${url}/tokeninfo`,
      // The browser goes to the local cloud itself, whatever stands between it and the service.
      OUTHAUL_OIDC_ISSUER: cloud.ready.url ?? '',
      OUTHAUL_OIDC_CLIENT_ID: cloud.ready.openIdClient?.clientId ?? '',
      OUTHAUL_OIDC_CLIENT_SECRET: cloud.ready.openIdClient?.clientSecret ?? '',
      OUTHAUL_CLI_CLIENT_ID: 'outhaul-cli',
      OUTHAUL_OIDC_PARAMETERS: 'access_type=offline',
      OUTHAUL_SESSION_SECRETS: 'a session secret for tests and not a short one',
      ...settings,
    };
    try {
      return new WholeSystem(folder, cloud, await WholeSystem.startApi(all), all);
    } catch (error) {
      await cloud.end();
      throw error;
    }
  }

  /** With genuine sign-ins and the local cloud's permissions; `as` gives the people. */
  static startEnforced(
    settings: Readonly<Record<string, string>> = {},
    cloudArgs: readonly string[] = [],
    through?: (cloudUrl: string) => Promise<string>,
  ): Promise<WholeSystem> {
    return WholeSystem.start(
      { OUTHAUL_AUTH: 'google', ...settings },
      ['--enforce', ...cloudArgs],
      through,
    );
  }

  private static startApi(settings: Readonly<Record<string, string>>): Promise<RunningProcess> {
    return RunningProcess.start('dist/apps/api/main.mjs', [], settings);
  }

  get url(): string {
    return `http://127.0.0.1:${this.api.ready.port}`;
  }

  get cloudUrl(): string {
    return this.cloud.ready.url ?? '';
  }

  get client(): OuthaulClient {
    return createClient({ baseUrl: this.url });
  }

  /** A demo user with a fresh access token of their own. */
  as(user: DemoUser, wish?: TokenWish): Promise<Person> {
    return Person.signIn(this, user, wish);
  }

  apiOutput(): string {
    return this.api.output();
  }

  cli(...args: string[]): Promise<Finished> {
    return runCli(args, { OUTHAUL_SERVER: this.url });
  }

  startExport(body: ExportRequest): Promise<Export> {
    return unwrap(this.client.POST('/api/v1/export', { body }));
  }

  watch(id: string, signal?: AbortSignal): AsyncGenerator<Export> {
    return watchExport(id, { baseUrl: this.url, signal });
  }

  async untilEnded(id: string): Promise<Export> {
    let last: Export | undefined;
    for await (const state of this.watch(id)) last = state;
    if (!last) throw new Error(`no state of ${id} was seen`);
    return last;
  }

  /** SIGKILL, and a new process on the same records. */
  async killApi(): Promise<void> {
    await this.api.end('SIGKILL');
  }

  /** SIGTERM, as a deployment sends it, and a new process on the same records. */
  async restartApi(): Promise<void> {
    await this.api.end('SIGTERM');
    await this.startApiAgain();
  }

  async startApiAgain(): Promise<void> {
    this.api = await WholeSystem.startApi(this.settings);
    // A test that took too long may still be at it: nothing may outlive it.
    if (this.isStopped) await this.api.end('SIGKILL');
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.api.end();
    await this.cloud.end();
    refuseLeaksBelow(join(this.folder, 'data'));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
