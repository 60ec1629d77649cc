import { createServer, type ServerResponse } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BigQuery } from '@google-cloud/bigquery';
import { OAuth2Client } from 'google-auth-library';
import { ShiftableClock } from '../../clock.js';
import { CloudError } from '../../http/cloud-error.js';
import { asCloudError, errorResponse } from '../../http/error-response.js';
import { RouteTable } from '../../http/match-route.js';
import { type Caller } from '../../identity/caller.js';
import { DurableObjectStore } from '../../storage/durable-object-store.js';
import { type BigQueryDeps, createBigQuery, type LocalBigQuery } from '../bigquery.js';

/** A local BigQuery behind a bare HTTP server, with the official client pointed at it. */
export interface TestBigQuery {
  readonly url: string;
  readonly dataDir: string;
  readonly local: LocalBigQuery;
  readonly store: DurableObjectStore;
  readonly clock: ShiftableClock;
  readonly client: BigQuery;
  /** The answer's status and parsed body; `user` is the caller's e-mail address. */
  call(
    method: string,
    path: string,
    body?: unknown,
    user?: string,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Permissions that a user does not hold, as `permission resource-prefix`. */
  readonly denied: Map<string, string[]>;
  restart(): Promise<TestBigQuery>;
  dispose(): Promise<void>;
}

export const testProject = 'outhaul-local';

/** Starts one in a fresh folder (or in `dataDir`), with the buckets `files` (US) and `files-eu` (EU). */
export async function startTestBigQuery(
  options: Partial<BigQueryDeps> = {},
): Promise<TestBigQuery> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'bigquery-')));
  const clock = new ShiftableClock();
  const store = await DurableObjectStore.open(join(dataDir, 'storage'), clock);
  for (const [name, location] of [
    ['files', 'US'],
    ['files-eu', 'EU'],
  ] as const)
    if (!store.bucket(name))
      await store.putBucket({
        name,
        projectId: testProject,
        location,
        storageClass: 'STANDARD',
        metageneration: 1,
        createdMs: clock.nowMs(),
        updatedMs: clock.nowMs(),
        settings: {},
      });
  const local = await createBigQuery({
    store,
    clock,
    dataDir,
    projectId: testProject,
    shardBytes: 1024 * 1024,
    log: () => undefined,
    ...options,
  });
  const denied = new Map<string, string[]>();
  const table = new RouteTable(local.routes);
  const server = createServer((raw, response) => {
    void (async () => {
      const url = new URL(raw.url ?? '/', `http://${raw.headers.host ?? 'localhost'}`);
      try {
        const match = table.match(raw.method ?? 'GET', url.pathname);
        if (!match) {
          response.writeHead(404).end();
          return;
        }
        const answer = await match.route.handler({
          method: raw.method ?? 'GET',
          url,
          rawPath: url.pathname,
          params: match.params,
          query: url.searchParams,
          headers: raw.headers,
          caller: callerOf(String(raw.headers['x-user'] ?? 'someone@example.com'), denied),
          raw,
          response,
          json: async <T>() => {
            const chunks: Buffer[] = [];
            for await (const chunk of raw) chunks.push(chunk as Buffer);
            return JSON.parse(Buffer.concat(chunks).toString() || '{}') as T;
          },
        });
        if (answer) send(response, answer);
      } catch (error) {
        const cloudError = asCloudError(error);
        if (cloudError.status === 500) process.stderr.write(`${String((error as Error).stack)}\n`);
        send(response, errorResponse(cloudError, 'bigquery'));
      }
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: 'local', expiry_date: Date.now() + 3_600_000 });
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await local.close();
    await store.close();
  };
  return {
    url,
    dataDir,
    local,
    store,
    clock,
    denied,
    client: new BigQuery({
      apiEndpoint: url,
      projectId: testProject,
      authClient: authClient as never,
      autoRetry: false,
    }),
    async call(method, path, body, user) {
      const answer = await fetch(url + path, {
        method,
        headers: {
          'content-type': 'application/json',
          ...(user ? { 'x-user': user } : {}),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return {
        status: answer.status,
        body: (text ? JSON.parse(text) : {}) as Record<string, unknown>,
      };
    },
    async restart() {
      await close();
      return startTestBigQuery({ ...options, dataDir });
    },
    async dispose() {
      await close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function send(
  response: ServerResponse,
  answer: {
    status?: number;
    json?: unknown;
    body?: Buffer | string;
    headers?: Readonly<Record<string, string>>;
  },
): void {
  const body = answer.json === undefined ? answer.body : JSON.stringify(answer.json);
  response.writeHead(answer.status ?? 200, {
    'content-type': 'application/json',
    ...answer.headers,
  });
  response.end(body);
}

function callerOf(email: string, denied: ReadonlyMap<string, string[]>): Caller {
  const can = (permission: string, resource: string): boolean =>
    !(denied.get(email) ?? []).some((rule) => {
      const [name = '', prefix = ''] = rule.split(' ');
      return name === permission && resource.startsWith(prefix);
    });
  return {
    email,
    can,
    require(permission, resource) {
      if (!can(permission, resource)) throw asDenied(permission, resource);
    },
  };
}

const asDenied = (permission: string, resource: string): Error =>
  new CloudError(
    403,
    'accessDenied',
    `Access Denied: ${resource}: Permission ${permission} denied`,
  );
