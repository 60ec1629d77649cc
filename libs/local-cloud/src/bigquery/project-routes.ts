import { type Route } from '../http/route.js';
import { type BigQueryContext, parameter, projectResource } from './bigquery-context.js';
import { discoveryDocument } from './discovery.js';
import { pageOf } from './list-page.js';

/** Projects, the discovery document, and what clients ask before they begin. */
export const projectRoutes = (
  context: BigQueryContext,
  routes: () => readonly Route[],
): Route[] => [
  ...['/$discovery/rest', '/discovery/v1/apis/bigquery/v2/rest'].map((path): Route => ({
    service: 'bigquery',
    method: 'GET',
    path,
    operation: 'discovery.apis.getRest',
    handler: ({ url }) => ({ json: discoveryDocument(url.origin, routes()) }),
  })),
  {
    service: 'bigquery',
    method: 'GET',
    path: '/bigquery/v2/projects',
    operation: 'bigquery.projects.list',
    handler: ({ query, caller }) => {
      const ids = [...new Set([context.projectId, ...context.catalog.projectIds()])].filter((id) =>
        caller.can('resourcemanager.projects.get', projectResource(id)),
      );
      const { items, nextPageToken } = pageOf(ids, query, { usual: 50, most: 1000 });
      return {
        json: {
          kind: 'bigquery#projectList',
          etag: `"${ids.length}"`,
          ...(nextPageToken ? { nextPageToken } : {}),
          projects: items.map((projectId) => ({
            kind: 'bigquery#project',
            id: projectId,
            numericId: '1',
            projectReference: { projectId },
            friendlyName: projectId,
          })),
          totalItems: ids.length,
        },
      };
    },
  },
  {
    service: 'bigquery',
    method: 'GET',
    path: '/bigquery/v2/projects/:project/serviceAccount',
    operation: 'bigquery.projects.getServiceAccount',
    handler: (request) => ({
      json: {
        kind: 'bigquery#getServiceAccountResponse',
        email: `bq-local@${parameter(request, 'project')}.iam.gserviceaccount.com`,
      },
    }),
  },
];
