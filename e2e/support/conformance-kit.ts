import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { FrontDoor } from './front-door.js';
import { type LocalCloudProcess } from './local-cloud.js';
import { mintToken } from './person.js';
import { refuseLeaks } from './refuse-leaks.js';

const root = join(__dirname, '../..');
export const project = 'outhaul-local';
export const bucket = 'outhaul-local-files';
const colleague = `outhaul-schedules@${project}.iam.gserviceaccount.com`;

export interface KitReport {
  readonly totals: { readonly pass: number; readonly differs: number; readonly notAsked: number };
  readonly cost: { readonly queries: number; readonly billedBytes: number; readonly usd: number };
  readonly cleanedUpAfter: number;
  readonly probes: readonly {
    readonly id: string;
    readonly verdict: 'pass' | 'differs' | 'not asked';
    readonly expected: readonly string[];
    readonly got: string;
    readonly message?: string;
  }[];
}

export interface KitRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly report: () => KitReport;
}

/** The conformance kit's own command as a process, against a local cloud; `url` may be a proxy before it. */
export async function startKit(
  cloud: LocalCloudProcess,
  args: readonly string[] = [],
  url = cloud.url,
): Promise<{ child: ChildProcess; ended: Promise<KitRun> }> {
  const out = join(cloud.folder, 'conformance.json');
  const door = await openDoor(cloud);
  const child = spawn(
    process.execPath,
    [
      join(root, 'dist/apps/conformance/main.mjs'),
      ...['--project', project, '--bucket', bucket, '--out', out],
      ...['--impersonate', colleague],
      ...['--queue', await makeQueue(cloud)],
      ...['--service-url', door.url],
      ...['--reader-role', `projects/${project}/roles/outhaulTableReader`],
      ...args,
    ],
    {
      cwd: root,
      env: {
        PATH: process.env['PATH'],
        HOME: cloud.folder,
        OUTHAUL_TOKEN: await mintToken(cloud.url, 'admin@outhaul.test'),
        OUTHAUL_BIGQUERY_ENDPOINT: url,
        OUTHAUL_STORAGE_ENDPOINT: url,
        OUTHAUL_TOKENINFO_ENDPOINT: `${url}/tokeninfo`,
        OUTHAUL_REVOKE_ENDPOINT: `${url}/token/revocation`,
        OUTHAUL_REVOCABLE_TOKENS: [await viewer(cloud), await viewer(cloud)].join(' '),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<KitRun>((resolve, reject) =>
    child.once('close', (code) => {
      door.stop();
      try {
        refuseLeaks('the output of the conformance kit', stdout + stderr);
        const report = (): KitReport => {
          const text = readFileSync(out, 'utf8');
          refuseLeaks('conformance.json', text);
          return JSON.parse(text) as KitReport;
        };
        resolve({ code, stdout, stderr, report });
      } catch (error) {
        reject(error);
      }
    }),
  );
  return { child, ended };
}

export const runKit = async (...args: Parameters<typeof startKit>): Promise<KitRun> =>
  (await startKit(...args)).ended;

/** A token of somebody whom nothing else needs. */
const viewer = (cloud: LocalCloudProcess) => mintToken(cloud.url, 'viewer@outhaul.test');

/** A service behind a door like Cloud Run's, which lets the colleague in. */
async function openDoor(cloud: LocalCloudProcess): Promise<{ url: string; stop(): void }> {
  const service = createServer((_request, response) => response.end('{"status":"ok"}'));
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const target = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  const door = await FrontDoor.start({
    ...{ kind: 'cloud-run', target, issuer: cloud.url, members: [colleague] },
  });
  return {
    url: door.url,
    stop() {
      door.stop();
      service.closeAllConnections();
      service.close();
    },
  };
}

async function makeQueue(cloud: LocalCloudProcess): Promise<string> {
  const location = `projects/${project}/locations/europe-west1`;
  const name = `${location}/queues/conformance`;
  const token = await mintToken(cloud.url, 'admin@outhaul.test');
  await fetch(`${cloud.url}/v2/${location}/queues`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ name, state: 'RUNNING' }),
  });
  return name;
}
