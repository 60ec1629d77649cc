import { type TableRef } from '@outhaul/core';
import { exportRoutes } from './export-routes.js';
import { type DirectCall, type DirectRoutes, NeedsService, type Own } from './route-types.js';
import { setRoutes } from './set-routes.js';

/** What this process answers in a service's place. An operation that the API gains does not compile until it stands here. */
export const directRoutes: DirectRoutes = {
  'GET /api/v1/datasets': ({ warehouse, project }, { query }) =>
    warehouse.listDatasets(query['project'] ?? project, pageOf(query)),
  'GET /api/v1/tables': ({ warehouse, project }, { query }) =>
    warehouse.listTables(query['project'] ?? project, query['dataset'] ?? '', pageOf(query)),
  'GET /api/v1/tables/{dataset}/{table}': (own, call) => own.warehouse.getTable(refOf(own, call)),
  'GET /api/v1/tables/{dataset}/{table}/partitions': async (own, call) => {
    const ref = refOf(own, call);
    const { partitioning } = await own.warehouse.getTable(ref);
    return { items: partitioning ? await own.warehouse.listPartitions(ref, own.project) : [] };
  },
  'GET /api/v1/tables/{dataset}/{table}/preview': async (own, call) => {
    const ref = refOf(own, call);
    const { maxRows = '50', pageToken } = call.query;
    const [{ fields }, { items, nextPageToken }] = await Promise.all([
      own.warehouse.getTable(ref),
      own.warehouse.previewRows(ref, { maxRows: Number(maxRows), pageToken }),
    ]);
    return { fields, rows: items, nextPageToken };
  },
  ...exportRoutes,
  ...setRoutes,
  'GET /api/v1/me': async (own) => {
    const { email, permissions, expiresAt } = (await own.exports()).caller;
    return { email, permissions: [...permissions].sort(), expiresAt };
  },
  'GET /api/v1/schemas/manifest': new NeedsService(
    'The manifest’s schema is handed out by a service.',
    'It lies in the repository, too: docs/schemas/manifest.schema.json',
  ),
  'GET /api/v1/signing-key': new NeedsService(
    'Manifests are signed by a service; without one no one but you vouches for the files.',
    'Name one: --server URL',
  ),
  'GET /api/v1/sign-in-options': new NeedsService(
    'Without a service there is nowhere to sign in but at Google.',
    'gcloud auth application-default login',
  ),
  'GET /api/v1/insights': new NeedsService(
    'Insights sum up what a service has seen.',
    'Your own exports: outhaul exports --direct',
  ),
  'GET /api/v1/activity': noTrail(),
  'GET /api/v1/activity/log': noTrail(),
  'GET /api/v1/access': new NeedsService(
    'An access review compares grants with what each person has exported, which only a service knows.',
    'Name one: --server URL. Who may use your bucket: gcloud storage buckets get-iam-policy gs://BUCKET',
  ),
};

/** The file is named by whoever answers: they know where it is. */
function noTrail(): NeedsService {
  return new NeedsService(
    'The audit trail of all people is kept by a service; here each command notes its own decisions.',
    'Read them: AUDIT_FILE. Google’s own audit logs have what was done with your account.',
  );
}

function refOf({ project }: Own, { path, query }: DirectCall): TableRef {
  const { dataset = '', table = '' } = path;
  return { project: query['project'] ?? project, dataset, table };
}

const pageOf = ({ pageSize, pageToken }: DirectCall['query']) => ({
  pageSize: pageSize === undefined ? undefined : Number(pageSize),
  pageToken,
});
