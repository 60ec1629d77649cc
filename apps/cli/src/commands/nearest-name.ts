import { unwrap } from '@outhaul/api-client';
import { closestName } from '@outhaul/core';
import { type Session } from '../session.js';
import { type WrittenName } from './did-you-mean.js';

/** The name that was meant, of those that the caller may see; undefined when none is near. */
export async function nearestName(
  session: Session,
  name: WrittenName,
): Promise<string | undefined> {
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
  return [project, dataset, meant].filter((part) => part !== undefined).join('.');
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
