import { CloudError } from '../http/cloud-error.js';
import { type CloudRequest, type CloudResponse, type Route } from '../http/route.js';
import {
  type BigQueryContext,
  datasetResource,
  parameter,
  projectResource,
  tableResource,
} from './bigquery-context.js';
import { alreadyExists, required } from './bigquery-errors.js';
import { type DatasetRecord } from './catalog-records.js';
import { readAccess, usualAccess } from './dataset-access.js';
import { pageOf } from './list-page.js';
import { requireNewDatasetId } from './table-name.js';
import { toDatasetListItem, toDatasetResource } from './table-resource.js';
import { requireTimeTravelHours } from './time-travel.js';
import { readLabels, readSettings, requireEtag } from './writable-settings.js';

const path = '/bigquery/v2/projects/:project/datasets';

/** `bigquery.datasets.*`. */
export function datasetRoutes(context: BigQueryContext): Route[] {
  const route = (
    method: Route['method'],
    suffix: string,
    operation: string,
    handler: (
      context: BigQueryContext,
      request: CloudRequest,
    ) => Promise<CloudResponse> | CloudResponse,
  ): Route => ({
    service: 'bigquery',
    method,
    path: `${path}${suffix}`,
    operation: `bigquery.datasets.${operation}`,
    handler: (request) => handler(context, request),
  });
  return [
    route('GET', '', 'list', listDatasets),
    route('POST', '', 'insert', insertDataset),
    route('GET', '/:dataset', 'get', getDataset),
    route('PATCH', '/:dataset', 'patch', (deps, request) => changeDataset(deps, request, 'patch')),
    route('PUT', '/:dataset', 'update', (deps, request) => changeDataset(deps, request, 'update')),
    route('DELETE', '/:dataset', 'delete', deleteDataset),
  ];
}

function listDatasets(
  { catalog }: BigQueryContext,
  { params, query, caller }: CloudRequest,
): CloudResponse {
  const projectId = params['project'] ?? '';
  const filter = labelFilter(query.get('filter'));
  const visible = catalog
    .datasets(projectId)
    .filter(({ datasetId }) => query.get('all') === 'true' || !datasetId.startsWith('_'))
    .filter(({ datasetId }) =>
      caller.can('bigquery.datasets.get', datasetResource(projectId, datasetId)),
    )
    .filter((dataset) => filter(readLabels(dataset.settings)));
  const { items, nextPageToken } = pageOf(visible, query, { usual: 1000, most: 1000 });
  return {
    json: {
      kind: 'bigquery#datasetList',
      etag: `"${items.length}"`,
      ...(nextPageToken ? { nextPageToken } : {}),
      datasets: items.map(toDatasetListItem),
    },
  };
}

/** `labels.env:prod labels.team` – each must hold. */
function labelFilter(text: string | null): (labels: Readonly<Record<string, string>>) => boolean {
  const terms = (text ?? '').split(/\s+/).filter((term) => term !== '');
  const parsed = terms.map((term) => /^labels\.([^:]+)(?::(.*))?$/.exec(term));
  if (parsed.some((match) => !match)) throw new CloudError(400, 'invalid', 'Invalid filter');
  return (labels) =>
    parsed.every((match) => {
      const [, key = '', value] = match ?? [];
      return key in labels && (!value || labels[key] === value);
    });
}

const resourceOf = ({ policies }: BigQueryContext, dataset: DatasetRecord) =>
  toDatasetResource(
    dataset,
    policies.bindingsOn(datasetResource(dataset.projectId, dataset.datasetId)),
  );

async function insertDataset(
  context: BigQueryContext,
  request: CloudRequest,
): Promise<CloudResponse> {
  const { catalog, clock, policies } = context;
  const projectId = parameter(request, 'project');
  request.caller.require('bigquery.datasets.create', projectResource(projectId));
  const body = await request.json();
  requireTimeTravelHours(body['maxTimeTravelHours']);
  const reference = (body['datasetReference'] ?? {}) as Record<string, unknown>;
  const { datasetId } = reference;
  if (typeof datasetId !== 'string') throw required('datasetReference.datasetId');
  requireNewDatasetId(datasetId);
  return catalog.exclusively({ projectId, datasetId, tableId: '' }, async () => {
    if (catalog.findDataset(projectId, datasetId))
      throw alreadyExists(`Dataset ${projectId}:${datasetId}`);
    const nowMs = clock.nowMs();
    const resource = datasetResource(projectId, datasetId);
    const access = body['access'] ?? usualAccess(request.caller.email);
    const { bindings, authorizations } = readAccess(access, projectId, resource);
    const dataset: DatasetRecord = {
      projectId,
      datasetId,
      location: String(body['location'] ?? 'US'),
      createdMs: nowMs,
      modifiedMs: nowMs,
      settings: { ...readSettings('dataset', body), access: authorizations },
    };
    await policies.setBindings(resource, bindings);
    await catalog.commit({ datasets: [dataset] });
    return { json: resourceOf(context, dataset) };
  });
}

function getDataset(context: BigQueryContext, request: CloudRequest): CloudResponse {
  const [projectId, datasetId] = [parameter(request, 'project'), parameter(request, 'dataset')];
  request.caller.require('bigquery.datasets.get', datasetResource(projectId, datasetId));
  return { json: resourceOf(context, context.catalog.dataset(projectId, datasetId)) };
}

async function changeDataset(
  context: BigQueryContext,
  request: CloudRequest,
  manner: 'patch' | 'update',
): Promise<CloudResponse> {
  const { catalog, clock, policies } = context;
  const [projectId, datasetId] = [parameter(request, 'project'), parameter(request, 'dataset')];
  const resource = datasetResource(projectId, datasetId);
  request.caller.require('bigquery.datasets.update', resource);
  const body = await request.json();
  requireTimeTravelHours(body['maxTimeTravelHours']);
  const access = body['access'];
  if (access) request.caller.require('bigquery.datasets.setIamPolicy', resource);
  return catalog.exclusively({ projectId, datasetId, tableId: '' }, async () => {
    const before = catalog.dataset(projectId, datasetId);
    requireEtag(request, String(resourceOf(context, before)['etag']));
    const given = access ? readAccess(access, projectId, resource) : undefined;
    const dataset: DatasetRecord = {
      ...before,
      settings: {
        ...readSettings('dataset', body, manner === 'patch' ? before.settings : {}),
        access: given?.authorizations ?? before.settings['access'] ?? [],
      },
      modifiedMs: Math.max(clock.nowMs(), before.modifiedMs + 1),
    };
    if (given) await policies.setBindings(resource, given.bindings);
    await catalog.commit({ datasets: [dataset] });
    return { json: resourceOf(context, dataset) };
  });
}

async function deleteDataset(
  { catalog, tables, policies }: BigQueryContext,
  request: CloudRequest,
): Promise<CloudResponse> {
  const [projectId, datasetId] = [parameter(request, 'project'), parameter(request, 'dataset')];
  request.caller.require('bigquery.datasets.delete', datasetResource(projectId, datasetId));
  return catalog.exclusively({ projectId, datasetId, tableId: '' }, async () => {
    const dataset = catalog.dataset(projectId, datasetId);
    const contents = catalog.tables(projectId, datasetId);
    if (contents.length > 0 && request.query.get('deleteContents') !== 'true')
      throw new CloudError(
        400,
        'resourceInUse',
        `Dataset ${projectId}:${datasetId} is still in use`,
      );
    for (const table of contents) {
      await tables.delete(table);
      await policies.setBindings(tableResource(table), []);
    }
    await catalog.commit({ removedDatasets: [dataset] });
    await policies.setBindings(datasetResource(projectId, datasetId), []);
    return { status: 204 };
  });
}
