import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../local-cloud.js';

/** A local cloud in a temporary folder, for one suite. */
export interface TestCloud extends LocalCloud {
  /** Closes it and starts it again on the same folder. */
  restart(): Promise<TestCloud>;
  /** Closes it and removes the folder. */
  dispose(): Promise<void>;
}

/** Starts a local cloud on a free port in a fresh folder. */
export async function startTestCloud(options: Partial<LocalCloudOptions> = {}): Promise<TestCloud> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'local-cloud-')));
  const cloud = await startLocalCloud({ ...options, dataDir });
  return {
    ...cloud,
    async restart() {
      await cloud.close();
      return startTestCloud({ ...options, dataDir });
    },
    async dispose() {
      await cloud.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A JSON call; returns status and parsed body. */
export async function call(
  cloud: Pick<LocalCloud, 'url'>,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }> {
  const response = await fetch(cloud.url + path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson ? JSON.parse(text) : { text }) as Record<string, unknown>,
  };
}

/** Uploads an object in one request. */
export async function upload(
  cloud: Pick<LocalCloud, 'url'>,
  bucket: string,
  name: string,
  content: string | Buffer,
  query = '',
  headers: Record<string, string> = {},
) {
  const response = await fetch(
    `${cloud.url}/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}${query}`,
    {
      method: 'POST',
      body: new Uint8Array(Buffer.from(content)),
      headers: { 'content-type': 'text/plain', ...headers },
    },
  );
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
