import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ExportRequest } from '@outhaul/api-client';
import { DeployedSystem } from '../support/deployed-system.js';
import { pastWriteLimit } from '../support/past-write-limit.js';
import { mintToken, Person } from '../support/person.js';

const service = 'outhaul-service@outhaul-local.iam.gserviceaccount.com';
const exporterEmail = 'exporter@outhaul.test';

interface Question {
  readonly email: string;
  readonly permission: string;
  readonly resource: string;
  readonly allowed: boolean;
}

/** What the roles of the stack give, read from their text: the stack is no library of the tests. */
function permissionsOf(role: string): string[] {
  const text = readFileSync(join(__dirname, '../../infra/cdktf/src/roles.ts'), 'utf8');
  const [, body = ''] =
    new RegExp(`export const ${role}: CustomRole = \\{([\\s\\S]*?)\\n\\};`).exec(text) ?? [];
  const found = [...body.matchAll(/need\(\s*'([^']+)'/g)].map(([, permission]) => permission ?? '');
  if (found.length === 0) throw new Error(`the stack has no role ${role}`);
  return found.sort();
}

let system: DeployedSystem;
let exporter: Person;
beforeAll(async () => {
  system = await DeployedSystem.start(
    { OUTHAUL_AUTH: 'google', OUTHAUL_CLIENT_IDS: 'outhaul-cli, outhaul-console' },
    // Long enough that a job is met waiting to run.
    ['--enforce', '--shard-bytes', '200000', '--job-delay-ms', '2500'],
  );
  system.cloudToken = await mintToken(system.cloudUrl, 'admin@outhaul.test');
  exporter = await Person.signIn(system, 'exporter');
  await system.cloudCall('/_local/permissions', 'DELETE');
  await useEverything();
});
afterAll(() => system.stop());

const table = (name: string) => ({ type: 'table', dataset: 'samples', table: name }) as const;

/** Every way in which the services work with Google in their own name. */
async function useEverything(): Promise<void> {
  const exportOf = async (request: ExportRequest) => {
    const { id } = await exporter.startExport(request);
    return exporter.untilEnded(id);
  };
  const single = await exportOf({
    source: table('movies'),
    format: 'csv',
    compression: 'gzip',
    shape: 'single',
  });
  expect(single.outcome).toMatchObject({ state: 'succeeded' });
  await exporter.fetch(`/api/v1/download/${single.id}`);
  await exporter.fetch('/api/v1/export');
  expect((await exporter.fetch(`/api/v1/export/${single.id}`, { method: 'DELETE' })).status).toBe(
    204,
  );
  const counted = await exportOf({ source: table('airports'), format: 'jsonl' });
  expect(counted.outcome).toMatchObject({ state: 'succeeded' });
  await exporter.fetch('/readyz');
  const left = await exporter.startExport({ source: table('flights'), format: 'parquet' });
  await system.callWorker('/internal/tick');
  await system.untilLine('worker', (line) => line['event'] === 'tick');
  await untilEnded(left.id);
  await cancelAfterTheOwnerHasGone();
}

/** Cancels as a service does that ended before it could use its caller's token: the worker cancels the job. */
async function cancelAfterTheOwnerHasGone(): Promise<void> {
  await system.queueCall('pause');
  const { id } = await exporter.startExport({ source: table('flights'), format: 'csv' });
  const record = { ...(await system.recordOf(id)), cancelRequestedAt: new Date().toISOString() };
  const written = await pastWriteLimit(() =>
    system.cloudCall(
      `/upload/storage/v1/b/outhaul-local-records/o?uploadType=media&name=exports/${id}.json`,
      'POST',
      record,
    ),
  );
  expect(written.status).toBe(200);
  await system.queueCall('purge');
  await system.queueCall('resume');
  await system.callWorker(`/internal/advance/${id}`);
  expect((await system.untilEndedByItself(id)).outcome).toMatchObject({ state: 'cancelled' });
}

async function untilEnded(id: string): Promise<void> {
  for (;;) {
    const answer = await exporter.fetch(`/api/v1/status/${id}`);
    if (((await answer.json()) as { outcome?: object }).outcome) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function questions(email: string): Promise<Question[]> {
  const answer = await system.cloudCall('/_local/permissions');
  const { questions: all } = (await answer.json()) as { questions: Question[] };
  return all.filter((each) => each.email === email);
}

/** On which of the stack's resources a permission was asked for. */
function placeOf(resource: string): string {
  if (resource.startsWith('buckets/outhaul-local-files')) return 'files';
  if (resource.startsWith('buckets/outhaul-local-records')) return 'records';
  if (resource.startsWith('serviceAccounts/')) return 'account';
  if (resource.includes('/queues/')) return 'queue';
  return 'project';
}

const rolesAt: Readonly<Record<string, string>> = {
  files: 'filesEngine',
  records: 'recordsKeeper',
  project: 'jobWatcher',
  queue: 'taskSender',
  account: 'selfSigner',
};

/** What the local cloud cannot see: the services of a test sign with a key, those on Cloud Run ask Google to. */
const notSeenHere: readonly string[] = ['account iam.serviceAccounts.signBlob'];

it('asks in the services’ name for exactly what the roles of the stack give', async () => {
  const asked = new Set(
    (await questions(service)).map(
      ({ permission, resource }) => `${placeOf(resource)} ${permission}`,
    ),
  );
  const given = Object.entries(rolesAt).flatMap(([place, role]) =>
    permissionsOf(role).map((permission) => `${place} ${permission}`),
  );
  expect({
    missing: [...asked].filter((each) => !given.includes(each)).sort(),
    unused: given.filter((each) => !asked.has(each) && !notSeenHere.includes(each)).sort(),
  }).toEqual({ missing: [], unused: [] });
});

it('writes files below exports/ only', async () => {
  const objects = (await questions(service))
    .map(({ resource }) => /^buckets\/outhaul-local-files\/objects\/(.*)$/.exec(resource)?.[1])
    .filter((name) => name !== undefined);
  expect(objects.length).toBeGreaterThan(0);
  expect(objects.filter((name) => !name.startsWith('exports/'))).toEqual([]);
});

it('reads tables in their reader’s name, never in its own', async () => {
  const reads = (all: readonly Question[]) =>
    all.filter(({ permission }) => /^bigquery\.(tables|datasets)\./.test(permission));
  expect(reads(await questions(service))).toEqual([]);
  expect(reads(await questions(exporterEmail)).length).toBeGreaterThan(0);
});

it('has exporters write what the exporter’s role lets them write', async () => {
  const onFiles = (await questions(exporterEmail))
    .filter(({ resource }) => placeOf(resource) === 'files')
    .map(({ permission }) => permission);
  const given = permissionsOf('exporter');
  const asked = new Set(onFiles.filter((each) => each !== 'storage.buckets.setIamPolicy'));
  expect([...asked].filter((each) => !given.includes(each))).toEqual([]);
});
