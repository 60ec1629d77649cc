import { ProblemError, unwrap } from '@outhaul/api-client';
import { type Session } from '../session.js';

/** A dataset, or a table in it, as somebody has written it. */
export interface WrittenName {
  readonly project?: string;
  readonly dataset: string;
  readonly table?: string;
}

const codes = ['dataset-not-found', 'table-not-found'];

/** Does the `work`; when the name is not there, the refusal says which one was meant, of those that the caller may see. */
export async function withDidYouMean<T>(
  session: Session,
  name: WrittenName,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ProblemError) || !codes.includes(error.problem.code)) throw error;
    const meant = error.problem.fix ?? (await nearest(session, name).catch(() => undefined));
    throw meant ? new ProblemError({ ...error.problem, fix: meant }) : error;
  }
}

async function nearest(session: Session, name: WrittenName): Promise<string | undefined> {
  const { closestName } = await import('@outhaul/core');
  const { project, table } = name;
  const datasets = await namesOfDatasets(session, project);
  const dataset = datasets.includes(name.dataset)
    ? name.dataset
    : closestName(name.dataset, datasets);
  if (dataset === undefined) return undefined;
  const tables = table === undefined ? [] : await namesOfTables(session, dataset, project);
  const isThere = table === undefined || tables.includes(table);
  const meant = isThere ? table : closestName(table, tables);
  if (!isThere && meant === undefined) return undefined;
  return `Did you mean ${[project, dataset, meant].filter((part) => part !== undefined).join('.')}?`;
}

/** The first of them: whoever has more than a thousand is not kept waiting for a hint. */
const pageSize = 1_000;

async function namesOfDatasets({ client }: Session, project?: string): Promise<string[]> {
  const params = { query: { project, pageSize } };
  const { items } = await unwrap(client.GET('/api/v1/datasets', { params }));
  return items.map(({ dataset }) => dataset);
}

async function namesOfTables(
  { client }: Session,
  dataset: string,
  project?: string,
): Promise<string[]> {
  const params = { query: { dataset, project, pageSize } };
  const { items } = await unwrap(client.GET('/api/v1/tables', { params }));
  return items.map(({ ref }) => ref.table);
}
