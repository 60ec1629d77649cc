import { type ExportRequest, type ExportSetRequest } from '@outhaul/api-client';
import { DeployedSystem, pause } from '../support/deployed-system.js';
import { mintToken } from '../support/person.js';
import { makeTables, tables } from '../support/unattended-tables.js';

/**
 * Every source with every feature of every kind of table, started by someone who may read tables and run jobs and nothing
 * more, whose token ends while the job still waits to run. The worker gets tokens without signatures.
 */
let system: DeployedSystem;
const analyst = 'viewer@outhaul.test';
const project = 'outhaul-local';
/** Longer than the start of an export takes, so that its token ends before its jobs run. */
const jobDelayMs = 1_500;

type Feature = (typeof features)[number];
type Source = (typeof sources)[number];
type Table = (typeof tables)[number];
const sources = ['table', 'partition', 'view', 'query', 'wildcard', 'set'] as const;
const features = ['plain', 'masked', 'filtered', 'fingerprint', 'single', 'xlsx'] as const;

/** Ids of the rows of each table; its two partitions have three each. */
const allIds = [1, 2, 3, 4, 5, 6];
const visibleTo = (table: Table) => (id: number) => table !== 'policies' || id <= 4;

const optionsOf = (feature: Feature, table: Table): Omit<ExportRequest, 'source'> => {
  // A format without nested columns.
  const flatten = table === 'types' ? { flatten: true } : {};
  switch (feature) {
    case 'plain':
      return { format: 'parquet' };
    case 'masked':
      return {
        format: 'csv',
        columns: [{ name: 'id' }, { name: 'name', mask: { kind: 'sha256' } }],
      };
    case 'filtered':
      return {
        format: 'jsonl',
        filter: {
          all: [
            { column: 'id', is: '>', value: 2 },
            { column: 'day', is: '>=', value: '2026-01-01' },
          ],
        },
      };
    case 'fingerprint':
      return { format: 'jsonl', verify: 'fingerprint' };
    case 'single':
      return { format: 'csv', shape: 'single', ...flatten };
    case 'xlsx':
      return { format: 'xlsx', ...flatten };
  }
};

const sourceOf = (source: Exclude<Source, 'set'>, table: Table): ExportRequest['source'] => {
  switch (source) {
    case 'table':
      return { type: 'table', dataset: 'shop', table };
    case 'partition':
      return { type: 'table', dataset: 'shop', table, partition: '20260101' };
    case 'view':
      return { type: 'table', dataset: 'shop', table: `view_of_${table}` };
    case 'query':
      return {
        type: 'query',
        sql: `SELECT * FROM \`${project}.shop.${table}\` WHERE day >= '2026-01-01'`,
      };
    case 'wildcard':
      return {
        type: 'query',
        sql: `SELECT * FROM \`${project}.shop.${table.slice(0, -1)}*\` WHERE day >= '2026-01-01'`,
      };
  }
};

const rowsOf = (source: Source, feature: Feature, table: Table): number =>
  allIds
    .filter(visibleTo(table))
    .filter((id) => source !== 'partition' || id <= 3)
    .filter((id) => feature !== 'filtered' || id > 2).length;

/** What is refused before anything runs, because BigQuery refuses it. */
const isRefused = (source: Source, feature: Feature, table: Table): boolean =>
  // A view cannot filter by itself.
  (source === 'view' && table === 'filter' && feature !== 'filtered') ||
  // Wildcard tables take neither row access policies nor flexible column names.
  (source === 'wildcard' && (table === 'policies' || table === 'flexible'));

beforeAll(async () => {
  system = await DeployedSystem.start(
    {
      OUTHAUL_AUTH: 'google',
      OUTHAUL_CLIENT_IDS: 'outhaul-cli, outhaul-console',
      OUTHAUL_MASK_KEY: 'a-mask-key-of-thirty-two-letters',
    },
    ['--enforce', '--job-delay-ms', String(jobDelayMs)],
  );
  system.cloudToken = await mintToken(system.cloudUrl, 'admin@outhaul.test');
  await letAnalystReadAndRun();
  await makeTables(system, analyst);
}, 120_000);
afterAll(() => system?.stop());

/** roles/bigquery.dataViewer and roles/bigquery.jobUser, and the role that lets people use Outhaul. */
async function letAnalystReadAndRun(): Promise<void> {
  const policy = (await (await system.cloudCall('/_local/policy')).json()) as {
    bindings: { role: string; members: string[]; resource: string }[];
  };
  const members = [`user:${analyst}`];
  const bindings = [
    ...policy.bindings.filter((binding) => !binding.members.includes(`user:${analyst}`)),
    { role: 'roles/bigquery.dataViewer', members, resource: `projects/${project}` },
    { role: 'roles/bigquery.jobUser', members, resource: `projects/${project}` },
    {
      role: `projects/${project}/roles/outhaulExporter`,
      members,
      resource: 'buckets/outhaul-local-files',
    },
  ];
  const answer = await system.cloudCall('/_local/policy', 'PUT', { ...policy, bindings });
  if (!answer.ok) throw new Error(await answer.text());
}

interface Came {
  readonly outcome: string;
  readonly rows?: number;
  /** Of a refusal. */
  readonly fix?: string;
}

async function start(path: string, body: ExportRequest | ExportSetRequest) {
  const token = await mintToken(system.cloudUrl, analyst);
  const answer = await fetch(system.url + path, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  await system.cloudCall(`/_local/tokens/${token}`, 'DELETE');
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
}

async function exported(source: Source, feature: Feature, table: Table): Promise<Came> {
  const options = optionsOf(feature, table);
  const { status, body } =
    source === 'set'
      ? await start('/api/v1/export-sets', { tables: [{ dataset: 'shop', table }], options })
      : await start('/api/v1/export', { ...options, source: sourceOf(source, table) });
  if (status !== 202) return { outcome: `refused: ${body['detail']}`, fix: body['fix'] };
  return source === 'set' ? endOfSet(body['id'] ?? '') : endOf(body['id'] ?? '');
}

async function endOf(id: string): Promise<Came> {
  for (let tries = 0; tries < 300; tries += 1) {
    const record = await system.recordOf(id);
    const { outcome } = record;
    if (outcome?.state === 'succeeded') return { outcome: 'succeeded', rows: outcome.rows };
    if (outcome)
      return { outcome: `${outcome.state}: ${'error' in outcome ? outcome.error.message : ''}` };
    const waiting = record.steps.find(({ state }) => state === 'waiting');
    if (waiting) return { outcome: `waiting: ${waiting.note}` };
    await pause(300);
  }
  return { outcome: 'did not end' };
}

async function endOfSet(id: string): Promise<Came> {
  for (let tries = 0; tries < 300; tries += 1) {
    const set = await system.setOf(id);
    const [member] = set.members;
    if (set.outcome)
      return member?.state === 'succeeded'
        ? { outcome: 'succeeded', rows: member.rows }
        : { outcome: `${member?.state}: ${member?.error?.message}`, fix: member?.error?.fix };
    await pause(300);
  }
  return { outcome: 'did not end' };
}

/** Each source of a table with each feature, as `source, feature`. */
const cases = sources.flatMap((source) => features.map((feature) => ({ source, feature })));

it.each(tables)('ends by itself, from every source with every feature: %s', async (table) => {
  const came = await Promise.all(
    cases.map(({ source, feature }) => exported(source, feature, table)),
  );
  const named = (all: readonly unknown[]) =>
    Object.fromEntries(cases.map(({ source, feature }, at) => [`${source}, ${feature}`, all[at]]));
  const expected = cases.map(({ source, feature }) =>
    isRefused(source, feature, table)
      ? { outcome: expect.stringMatching(/^refused/), fix: expect.any(String) }
      : { outcome: 'succeeded', rows: rowsOf(source, feature, table) },
  );
  expect(named(came)).toEqual(named(expected));
});
