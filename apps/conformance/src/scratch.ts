import { type BigQuery } from './bigquery.js';
import { isLeftover, makeRunId, mark } from './run-id.js';
import { type Storage } from './storage.js';

/** Where one run keeps what it makes. */
export interface Scratch {
  readonly runId: string;
  readonly dataset: string;
  /** Folder of the bucket, ends in `/`. */
  readonly prefix: string;
}

const root = `${mark}/`;
/** The shortest default expiration that BigQuery takes: tables go by themselves, whatever becomes of the run. */
const tableLifetimeMs = 3_600_000;

export function scratchOf(nowMs: number): Scratch {
  const runId = makeRunId(nowMs);
  return { runId, dataset: datasetOf(runId), prefix: `${root}${runId}/` };
}

const datasetOf = (runId: string): string => `outhaul_conformance_${runId.replaceAll('-', '_')}`;

export async function makeScratch(
  { runId, dataset }: Scratch,
  bigquery: BigQuery,
  project: string,
  location: string,
): Promise<void> {
  const answer = await bigquery.call('/datasets', {
    json: {
      datasetReference: { projectId: project, datasetId: dataset },
      location,
      labels: { [mark]: runId },
      defaultTableExpirationMs: String(tableLifetimeMs),
    },
  });
  answer.orThrow();
}

export async function removeScratch(
  { dataset, prefix }: Scratch,
  bigquery: BigQuery,
  storage: Storage,
): Promise<void> {
  await storage.clear(prefix);
  await Promise.all([
    removeDataset(bigquery, dataset),
    removeDataset(bigquery, `${dataset}_reader`),
  ]);
}

async function removeDataset(bigquery: BigQuery, dataset: string): Promise<void> {
  const answer = await bigquery.call(`/datasets/${dataset}`, {
    method: 'DELETE',
    query: { deleteContents: 'true' },
  });
  if (answer.status !== 404) answer.orThrow();
}

/** Removes what earlier runs have left that were killed. Returns the runs that it cleaned up after. */
export async function sweepLeftovers(
  bigquery: BigQuery,
  storage: Storage,
  project: string,
  nowMs: number,
): Promise<readonly string[]> {
  const runs = new Set<string>();
  for (const { dataset, runId } of await labelledDatasets(bigquery)) {
    if (!isLeftover(runId, nowMs)) continue;
    await removeDataset(bigquery, dataset);
    runs.add(runId);
  }
  const folders = await storage.call('/o', { query: { prefix: root, delimiter: '/' } });
  for (const folder of (folders.orThrow().at('prefixes') as string[] | undefined) ?? []) {
    const runId = folder.slice(root.length, -1);
    if (!isLeftover(runId, nowMs)) continue;
    await storage.clear(folder);
    runs.add(runId);
  }
  for (const bucket of await ownBuckets(storage, project)) {
    const runId = bucket.slice(`${mark}-`.length);
    if (!isLeftover(runId, nowMs)) continue;
    await storage.in(bucket).clear('');
    await storage.in(bucket).call('', { method: 'DELETE' });
    runs.add(runId);
  }
  return [...runs];
}

/** The buckets that probes have made; none where the person may not list buckets, and so could make none. */
async function ownBuckets(storage: Storage, project: string): Promise<readonly string[]> {
  const query = { project, prefix: `${mark}-` };
  const answer = await storage.service('/b', { query });
  const items = (answer.ok ? answer.at('items') : undefined) as { name: string }[] | undefined;
  return (items ?? []).map(({ name }) => name);
}

interface WireDataset {
  readonly datasetReference: { readonly datasetId: string };
  readonly labels?: Readonly<Record<string, string>>;
}

async function labelledDatasets(bigquery: BigQuery) {
  const answer = await bigquery.call('/datasets', {
    query: { filter: `labels.${mark}`, maxResults: 1_000 },
  });
  return ((answer.orThrow().at('datasets') as WireDataset[] | undefined) ?? []).map(
    ({ datasetReference, labels }) => ({
      dataset: datasetReference.datasetId,
      runId: labels?.[mark] ?? '',
    }),
  );
}
