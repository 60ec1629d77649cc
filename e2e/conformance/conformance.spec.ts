import { AlteringProxy } from '../support/altering-proxy';
import { bucket, type KitReport, project, runKit, startKit } from '../support/conformance-kit';
import { LocalCloudProcess } from '../support/local-cloud';
import { mintToken } from '../support/person';

/** The command that people run against Google Cloud, run against the local cloud: it must know every answer. */
let cloud: LocalCloudProcess;
beforeAll(async () => {
  cloud = await LocalCloudProcess.start('--enforce', '--no-samples');
});
afterAll(() => cloud.stop());

async function get(path: string): Promise<Record<string, unknown>> {
  const token = await mintToken(cloud.url, 'admin@outhaul.test');
  const answer = await fetch(cloud.url + path, { headers: { Authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}

/** Every dataset, table, bucket and object that there is, but for the kept answers of queries. */
async function everything(): Promise<readonly string[]> {
  const names: string[] = [];
  const { datasets = [] } = (await get(`/bigquery/v2/projects/${project}/datasets?all=true`)) as {
    datasets?: { datasetReference: { datasetId: string } }[];
  };
  for (const { datasetReference } of datasets) {
    const { datasetId } = datasetReference;
    if (datasetId.startsWith('_')) continue;
    names.push(datasetId);
    const { tables = [] } = (await get(
      `/bigquery/v2/projects/${project}/datasets/${datasetId}/tables`,
    )) as { tables?: { id: string }[] };
    names.push(...tables.map(({ id }) => id));
  }
  const { items: buckets = [] } = (await get(`/storage/v1/b?project=${project}`)) as {
    items?: { name: string }[];
  };
  for (const { name } of buckets) {
    const { items = [] } = (await get(`/storage/v1/b/${name}/o`)) as { items?: { name: string }[] };
    names.push(name, ...items.map((object) => `${name}/${object.name}`));
  }
  return names;
}

const differing = ({ probes }: KitReport) =>
  probes
    .filter(({ verdict }) => verdict !== 'pass')
    .map(({ id, verdict, expected, got, message }) => ({ id, verdict, expected, got, message }));

it('passes every probe twice in a row, and leaves nothing behind', async () => {
  const before = await everything();
  for (const _time of [1, 2]) {
    const { code, report } = await runKit(cloud);
    expect(differing(report())).toEqual([]);
    expect(code).toBe(0);
    expect(report().cost.usd).toBeLessThan(0.05);
    expect(await everything()).toEqual(before);
  }
  const { jobs = [] } = (await get(
    `/bigquery/v2/projects/${project}/jobs?allUsers=true&projection=full&maxResults=1000`,
  )) as { jobs?: { configuration: { labels?: Record<string, string> } }[] };
  const labels = jobs.map(({ configuration }) => configuration.labels?.['outhaul-conformance']);
  expect(labels.length).toBeGreaterThan(50);
  expect(labels).not.toContain(undefined);
}, 600_000);

it('cleans up after a run that was killed', async () => {
  const before = await everything();
  const { child, ended } = await startKit(cloud);
  while ((await everything()).length < before.length + 6)
    await new Promise((resolve) => setTimeout(resolve, 50));
  child.kill('SIGKILL');
  await ended;
  expect((await everything()).length).toBeGreaterThan(before.length);
  const { code, stderr, report } = await runKit(cloud, ['--only', 'storage.create-once']);
  expect(code).toBe(0);
  expect(stderr).toContain('Cleaned up after 1 earlier run');
  expect(report().cleanedUpAfter).toBe(1);
  expect(await everything()).toEqual(before);
}, 300_000);

it('cleans up when it is interrupted, and says that it was', async () => {
  const before = await everything();
  const { child, ended } = await startKit(cloud);
  while ((await everything()).length < before.length + 3)
    await new Promise((resolve) => setTimeout(resolve, 50));
  child.kill('SIGINT');
  expect((await ended).code).toBe(130);
  expect(await everything()).toEqual(before);
}, 300_000);

it('shows an answer that differs as such, goes on, and ends with exit code 1', async () => {
  const proxy = await AlteringProxy.start(cloud.url, (passing) => {
    if (/\/compose/.test(passing.path) && passing.status === 412) {
      passing.status = 200;
      passing.body = Buffer.from('{"kind":"storage#object"}');
    }
  });
  try {
    const { code, stdout, report } = await runKit(cloud, ['--only', 'storage'], proxy.url);
    expect(code).toBe(1);
    expect(differing(report())).toMatchObject([
      { id: 'storage.compose-condition', verdict: 'differs', expected: ['refused'], got: 'works' },
    ]);
    expect(report().totals.pass).toBeGreaterThan(10);
    expect(stdout).toMatch(/^DIFFERS storage\.compose-condition +works\n +expected: refused$/m);
  } finally {
    proxy.stop();
  }
}, 120_000);

it('names no one, no project and no bucket in its report', async () => {
  const { report } = await runKit(cloud, ['--only', 'jobs']);
  const text = JSON.stringify(report());
  for (const name of [project, bucket, 'outhaul.test', 'gserviceaccount'])
    expect(text).not.toContain(name);
});
