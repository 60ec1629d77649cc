import { createHash } from 'node:crypto';
import { type DatasetEntry, nameOf, type TableEntry } from './catalog.js';

const etagOf = (value: unknown): string => createHash('md5').update(JSON.stringify(value)).digest('base64');

/** A dataset as `datasets.get` answers it. */
export const datasetResource = (entry: DatasetEntry): object => ({
  ...entry.settings,
  kind: 'bigquery#dataset',
  etag: etagOf(entry),
  id: `${entry.projectId}:${entry.datasetId}`,
  datasetReference: { projectId: entry.projectId, datasetId: entry.datasetId },
  location: entry.location,
  type: 'DEFAULT',
  creationTime: String(entry.createdMs),
  lastModifiedTime: String(entry.modifiedMs),
});

/** A dataset as `datasets.list` answers it. */
export const datasetListItem = (entry: DatasetEntry): object => ({
  kind: 'bigquery#dataset',
  id: `${entry.projectId}:${entry.datasetId}`,
  datasetReference: { projectId: entry.projectId, datasetId: entry.datasetId },
  location: entry.location,
  labels: entry.settings['labels'],
  friendlyName: entry.settings['friendlyName'],
});

/** A table as `tables.get` answers it. */
export function tableResource(entry: TableEntry, location: string): object {
  const newest = entry.versions.at(-1);
  return {
    ...entry.settings,
    kind: 'bigquery#table',
    etag: etagOf(entry),
    id: nameOf(entry),
    tableReference: { projectId: entry.projectId, datasetId: entry.datasetId, tableId: entry.tableId },
    type: entry.type,
    schema: { fields: entry.schema },
    location,
    creationTime: String(entry.createdMs),
    lastModifiedTime: String(entry.modifiedMs),
    ...(newest ? { numRows: String(newest.rowCount), numBytes: String(newest.sizeBytes), numLongTermBytes: '0' } : {}),
  };
}

/** A table as `tables.list` answers it. */
export const tableListItem = (entry: TableEntry): object => ({
  kind: 'bigquery#table',
  id: nameOf(entry),
  tableReference: { projectId: entry.projectId, datasetId: entry.datasetId, tableId: entry.tableId },
  type: entry.type,
  creationTime: String(entry.createdMs),
  labels: entry.settings['labels'],
  timePartitioning: entry.settings['timePartitioning'],
  rangePartitioning: entry.settings['rangePartitioning'],
  clustering: entry.settings['clustering'],
  ...(entry.type === 'VIEW' ? { view: { useLegacySql: false } } : {}),
});
