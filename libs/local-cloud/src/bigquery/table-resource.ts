import { createHash } from 'node:crypto';
import { type Binding } from '../identity/iam-binding.js';
import { tableId } from './bigquery-errors.js';
import { type DatasetRecord, type TableRecord, type TableStatistics } from './catalog-records.js';
import { type AccessEntry, writeAccess } from './dataset-access.js';
import {
  type PublishedDataset,
  type PublishedListedDataset,
  type PublishedListedTable,
  type PublishedTable,
} from './published.js';
import { totalBytes } from './table-statistics.js';
import { timeTravelHoursOf } from './time-travel.js';

export const etagOf = (...parts: (string | number)[]): string =>
  createHash('sha1').update(parts.join('/')).digest('base64').slice(0, 22) + '==';

/** A table as `tables.get` writes it. */
export function toTableResource(
  table: TableRecord,
  dataset: DatasetRecord,
  statistics: TableStatistics,
): PublishedTable {
  const bytes = String(totalBytes(statistics));
  return {
    ...toTableListItem(table),
    etag: etagOf(tableId(table), table.createdMs, table.version),
    selfLink: selfLink(table),
    ...(table.settings as PublishedTable),
    schema: { fields: table.schema },
    numRows: String(statistics.rowCount),
    numBytes: bytes,
    numLongTermBytes: '0',
    numTotalLogicalBytes: bytes,
    numActiveLogicalBytes: bytes,
    numLongTermLogicalBytes: '0',
    lastModifiedTime: String(table.modifiedMs),
    location: dataset.location,
  };
}

const listedSettings = [
  'friendlyName',
  'labels',
  'expirationTime',
  'timePartitioning',
  'rangePartitioning',
  'clustering',
  'requirePartitionFilter',
];

/** A table as `tables.list` writes it: without schema and sizes. */
export function toTableListItem(table: TableRecord): PublishedListedTable {
  const { projectId, datasetId, tableId: id, kind, settings } = table;
  const view = (settings['view'] ?? settings['materializedView']) as
    { useLegacySql?: boolean } | undefined;
  return {
    kind: 'bigquery#table',
    id: tableId(table),
    tableReference: { projectId, datasetId, tableId: id },
    type: kind,
    ...Object.fromEntries(
      listedSettings.flatMap((name) => (name in settings ? [[name, settings[name]]] : [])),
    ),
    ...(view && kind === 'VIEW' ? { view: { useLegacySql: view.useLegacySql ?? false } } : {}),
    creationTime: String(table.createdMs),
  };
}

const selfLink = ({ projectId, datasetId, tableId: id }: TableRecord): string =>
  `https://bigquery.googleapis.com/bigquery/v2/projects/${projectId}/datasets/${datasetId}/tables/${id}`;

/** A dataset as `datasets.get` writes it, with who has access. */
export function toDatasetResource(
  dataset: DatasetRecord,
  bindings: readonly Binding[],
): PublishedDataset {
  const { projectId, datasetId } = dataset;
  return {
    ...toDatasetListItem(dataset),
    etag: etagOf(projectId, datasetId, dataset.modifiedMs, JSON.stringify(bindings)),
    selfLink: `https://bigquery.googleapis.com/bigquery/v2/projects/${projectId}/datasets/${datasetId}`,
    ...(dataset.settings as PublishedDataset),
    maxTimeTravelHours: String(timeTravelHoursOf(dataset)),
    access: writeAccess(bindings, (dataset.settings['access'] ?? []) as AccessEntry[]),
    creationTime: String(dataset.createdMs),
    lastModifiedTime: String(dataset.modifiedMs),
    type: 'DEFAULT',
  };
}

export function toDatasetListItem(dataset: DatasetRecord): PublishedListedDataset {
  const { projectId, datasetId, location, settings } = dataset;
  const listed = ['friendlyName', 'labels'].filter((name) => name in settings);
  return {
    kind: 'bigquery#dataset',
    id: `${projectId}:${datasetId}`,
    datasetReference: { projectId, datasetId },
    location,
    type: 'DEFAULT',
    ...Object.fromEntries(listed.map((name) => [name, settings[name]])),
  };
}
