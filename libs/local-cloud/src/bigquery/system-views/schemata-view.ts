import { datasetResource } from '../bigquery-context.js';
import { type SystemView } from './system-view.js';

/** INFORMATION_SCHEMA.SCHEMATA: the datasets. */
export const schemataView: SystemView = {
  columns: [
    ['catalog_name', 'STRING'],
    ['schema_name', 'STRING'],
    ['creation_time', 'TIMESTAMP'],
    ['last_modified_time', 'TIMESTAMP'],
    ['location', 'STRING'],
  ],
  rows: ({ catalog }, caller, { projectId }) =>
    catalog
      .datasets(projectId)
      .filter(({ datasetId }) => !datasetId.startsWith('_'))
      .filter(({ datasetId }) =>
        caller.can('bigquery.datasets.get', datasetResource(projectId, datasetId)),
      )
      .map((dataset) => ({
        catalog_name: projectId,
        schema_name: dataset.datasetId,
        creation_time: { timestampMs: dataset.createdMs },
        last_modified_time: { timestampMs: dataset.modifiedMs },
        location: dataset.location,
      })),
};
