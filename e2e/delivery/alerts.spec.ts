import { join } from 'node:path';
import { DeployedSystem } from '../support/deployed-system.js';
import { pastWriteLimit } from '../support/past-write-limit.js';
import { entryOf, type LogEntry, parseFilter } from '../support/logging-filter.js';
import { RunningProcess } from '../support/running-process.js';
import { type Resources, synthesizedStack } from '../support/synthesized-stack.js';

type Fields = Readonly<Record<string, unknown>>;

let resources: Resources;
let system: DeployedSystem;

beforeAll(async () => {
  resources = synthesizedStack();
  system = await DeployedSystem.start();
});
afterAll(() => system.stop());
afterEach(() => system.cloudCall('/_local/faults', 'DELETE'));

const all = (type: string): Fields[] => Object.values(resources[type] ?? {});

/** The filters of log lines that an alert rests on: its own, or those of the figures it watches. */
function filtersOf(alert: string): string[] {
  const policy = all('google_monitoring_alert_policy').find(
    (each) => (each['user_labels'] as Fields)['alert'] === alert,
  );
  if (!policy) throw new Error(`there is no alert ${alert}`);
  const text = JSON.stringify(policy['conditions']);
  const own = /"condition_matched_log":\{"filter":("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
  if (own) return [JSON.parse(own) as string];
  // As PromQL names the figures: the sign after the name is no part of a longer one.
  return all('google_logging_metric')
    .filter(({ name }) =>
      new RegExp(`user_${String(name).replace('/', '_')}(_sum|_count|_bucket)?\\{`).test(text),
    )
    .map((metric) => String(metric['filter']));
}

const entriesOf = (of: 'api' | 'worker'): LogEntry[] =>
  system.lines(of).map((line) => entryOf(line, `outhaul-${of}`));

async function untilFires(alert: string, of: 'api' | 'worker'): Promise<LogEntry> {
  const filters = filtersOf(alert).map(parseFilter);
  expect(filters.length).toBeGreaterThan(0);
  for (let tries = 0; tries < 300; tries += 1) {
    // A share needs both of its figures; every filter must find a line.
    const found = filters.map((filter) => entriesOf(of).find(filter));
    if (found.every((entry) => entry !== undefined)) return found[0] as LogEntry;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no line matches ${filtersOf(alert).join(' and ')}`);
}
const quiet = (alert: string, of: 'api' | 'worker'): boolean =>
  filtersOf(alert).some((filter) => !entriesOf(of).some(parseFilter(filter)));

const post = (body: unknown) =>
  fetch(`${system.url}/api/v1/export`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
const request = {
  source: { type: 'table', dataset: 'samples', table: 'movies' },
  format: 'parquet',
};
/** Writes a record as if it had been made earlier. */
async function plant(change: (record: Record<string, unknown>) => void): Promise<string> {
  const { id } = (await (await post(request)).json()) as { id: string };
  const record = structuredClone(await system.untilEndedByItself(id)) as unknown as Record<
    string,
    unknown
  >;
  change(record);
  const name = encodeURIComponent(`exports/${id}.json`);
  const boundary = 'part';
  const metadata = {
    name: `exports/${id}.json`,
    metadata: await metadataOf(name, 'running'),
  };
  const answer = await pastWriteLimit(() =>
    fetch(`${system.cloudUrl}/upload/storage/v1/b/outhaul-local-records/o?uploadType=multipart`, {
      method: 'POST',
      headers: {
        Authorization: 'Bearer any',
        'Content-Type': `multipart/related; boundary=${boundary}`,
      },
      body: [
        `--${boundary}\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(metadata)}`,
        `--${boundary}\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(record)}`,
        `--${boundary}--`,
      ].join('\r\n'),
    }),
  );
  if (!answer.ok) throw new Error(await answer.text());
  return id;
}
async function metadataOf(name: string, state: string): Promise<Fields> {
  const answer = await system.cloudCall(`/storage/v1/b/outhaul-local-records/o/${name}`);
  const { metadata } = (await answer.json()) as { metadata: Record<string, string> };
  const text = JSON.stringify(metadata).replace('"succeeded"', `"${state}"`);
  return JSON.parse(text) as Fields;
}

it('is quiet while all is well', async () => {
  const { id } = (await (await post(request)).json()) as { id: string };
  await system.untilEndedByItself(id);
  await untilFires('latency', 'api');
  for (const alert of ['error-rate', 'faults', 'exports-failed', 'denied-access'])
    expect([alert, quiet(alert, 'api')]).toEqual([alert, true]);
  for (const alert of ['verification-failed', 'exports-stuck', 'internal-refused'])
    expect([alert, quiet(alert, 'worker')]).toEqual([alert, true]);
});

it('fires on answers of 500 and on faults of our own', async () => {
  await system.cloudCall('/_local/faults', 'POST', {
    kind: 'status',
    status: 503,
    service: 'bigquery',
    count: 1_000,
  });
  expect((await post(request)).status).toBe(503);
  await untilFires('error-rate', 'api');
  expect(await untilFires('faults', 'api')).toMatchObject({
    severity: 'ERROR',
    jsonPayload: { '@type': expect.stringContaining('ReportedErrorEvent') },
  });
}, 60_000);

it('fires on exports that fail, and on files that do not hold their source’s rows', async () => {
  const id = await plant((record) => {
    delete record['outcome'];
    (record['figures'] as { sourceRows: number }).sourceRows += 1;
    const steps = record['steps'] as { kind: string; state: string }[];
    record['steps'] = steps.map((step) =>
      step.kind === 'extract' ? step : { kind: step.kind, state: 'pending', attempt: 0 },
    );
  });
  await system.callWorker(`/internal/advance/${id}`);
  await untilFires('verification-failed', 'worker');
  await untilFires('exports-failed', 'worker');
});

it('fires on an export that does not move, and tells how long the oldest has waited', async () => {
  await system.queueCall('pause');
  const early = new Date(Date.now() - 3_600_000).toISOString();
  await system.queueCall('resume');
  const id = await plant((record) => {
    delete record['outcome'];
    record['createdAt'] = early;
    const steps = record['steps'] as { kind: string }[];
    record['steps'] = steps.map(({ kind }) => ({ kind, state: 'pending', attempt: 0 }));
  });
  await system.callWorker('/internal/tick');
  const stuck = await untilFires('exports-stuck', 'worker');
  expect(stuck).toMatchObject({ jsonPayload: { exportId: id }, labels: { export_id: id } });
  await untilFires('tick-missing', 'worker');
  const waits = await untilFires('queue-age', 'worker');
  expect(waits).toMatchObject({ jsonPayload: { event: 'tick' } });
  const oldest = entriesOf('worker').map(
    (entry) => (entry['jsonPayload'] as { oldestMs?: number }).oldestMs ?? 0,
  );
  expect(Math.max(...oldest)).toBeGreaterThanOrEqual(3_600_000);
});

it('fires on a stranger who calls the worker', async () => {
  await fetch(`${system.workerUrl}/internal/tick`, { method: 'POST' });
  await untilFires('internal-refused', 'worker');
});

it('fires on refusals, where callers must show who they are', async () => {
  const api = await RunningProcess.start('dist/apps/api/main.mjs', [], {
    PORT: '0',
    OUTHAUL_PROJECT: 'outhaul-local',
    OUTHAUL_FILES_BUCKETS: 'outhaul-local-files',
    OUTHAUL_RECORDS_BUCKET: 'outhaul-local-records',
    OUTHAUL_CLIENT_IDS: 'outhaul-cli',
    OUTHAUL_BIGQUERY_ENDPOINT: system.cloudUrl,
    OUTHAUL_STORAGE_ENDPOINT: system.cloudUrl,
    OUTHAUL_TOKENINFO_ENDPOINT: `${system.cloudUrl}/tokeninfo`,
    OUTHAUL_CREDENTIALS_FILE: join(system.folder, 'data/service-account.json'),
  });
  const [filter = ''] = filtersOf('denied-access');
  try {
    expect((await fetch(`http://127.0.0.1:${api.ready.port}/api/v1/me`)).status).toBe(401);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const entries = api
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => entryOf(JSON.parse(line) as Fields, 'outhaul-api'));
    expect(entries.filter(parseFilter(filter))).toHaveLength(1);
  } finally {
    await api.end();
  }
});

it('fires on exports that are billed for', async () => {
  const answer = await post({
    source: { type: 'query', sql: 'SELECT title FROM samples.movies' },
    format: 'csv',
  });
  expect(answer.status).toBe(202);
  const billed = await untilFires('billed-bytes', 'api');
  const { billedBytes } = billed['jsonPayload'] as { billedBytes: number };
  expect(billedBytes).toBeGreaterThan(0);
});

it('fires on changes of access in Google’s audit log', () => {
  // Not ours to write: the shape is that of an entry which Cloud Audit Logs documents.
  const [filter = ''] = filtersOf('access-changed');
  const entry = (methodName: string) => ({
    logName: 'projects/p/logs/cloudaudit.googleapis.com%2Factivity',
    protoPayload: { methodName, serviceName: 'storage.googleapis.com' },
  });
  for (const method of [
    'storage.setIamPermissions',
    'SetIamPolicy',
    'google.cloud.run.v1.Services.SetIamPolicy',
    'google.iam.v1.IAMPolicy.SetIamPolicy',
    'google.iam.admin.v1.UpdateRole',
    'google.iam.admin.v1.CreateServiceAccountKey',
  ])
    expect([method, parseFilter(filter)(entry(method))]).toEqual([method, true]);
  expect(parseFilter(filter)(entry('storage.objects.get'))).toBe(false);
});

it('takes a line only from this deployment', async () => {
  const line = { ...(await untilFires('exports-stuck', 'worker')) };
  const [filter = ''] = filtersOf('exports-stuck');
  const other = { resource: { type: 'cloud_run_revision', labels: { service_name: 'another' } } };
  expect(parseFilter(filter)({ ...line, ...other })).toBe(false);
});
