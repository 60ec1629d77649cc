import { call, startTestCloud, type TestCloud } from '../testing/with-cloud.js';

const project = '/bigquery/v2/projects/outhaul-local';
const table = { projectId: 'outhaul-local', datasetId: 'shop', tableId: 'orders' };
const forbidden = expect.stringContaining(
  'Time travel on table outhaul-local:shop.orders is forbidden as it has (or has had) row access policies.',
);

/** https://cloud.google.com/bigquery/docs/time-travel#time_travel_and_row-level_access */
describe('the past of a table with row access policies', () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await startTestCloud({ enforce: true });
    await as('admin', 'POST', '/datasets', { datasetReference: { datasetId: 'shop' } });
    for (const [role, who] of [
      ['roles/bigquery.dataOwner', 'viewer'],
      ['roles/bigquery.jobUser', 'viewer'],
      ['roles/bigquery.admin', 'exporter'],
    ] as const)
      await grant(role, who);
    await run('admin', 'CREATE TABLE shop.orders AS SELECT 1 AS id');
  });
  afterAll(() => cloud.dispose());

  const as = async (who: string, method: string, path: string, body?: unknown) => {
    const { body: token } = await call(cloud, 'POST', '/_local/tokens', {
      email: `${who}@outhaul.test`,
    });
    const authorization = `Bearer ${String(token['access_token'])}`;
    return call(cloud, method, path.startsWith('/v1') ? path : project + path, body, {
      authorization,
    });
  };
  const grant = async (role: string, who: string) => {
    const iam = '/v1/projects/outhaul-local';
    const { body: policy } = await as('admin', 'POST', `${iam}:getIamPolicy`, {});
    const bindings = [
      ...(policy['bindings'] as object[]),
      { role, members: [`user:${who}@outhaul.test`] },
    ];
    await as('admin', 'POST', `${iam}:setIamPolicy`, { policy: { ...policy, bindings } });
  };
  const run = (who: string, query: string, rest: object = {}) =>
    as(who, 'POST', '/queries', { query, useLegacySql: false, ...rest });
  const pinned = 'SELECT * FROM shop.orders FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP()';

  /** What a job of the decorated table ends with. */
  const job = async (who: string, configuration: object) => {
    const inserted = await as(who, 'POST', '/jobs', { configuration });
    const { jobId } = inserted.body['jobReference'] as { jobId: string };
    for (;;) {
      const { status } = (await as(who, 'GET', `/jobs/${jobId}`)).body as {
        status: { state: string; errorResult?: { reason: string; message: string } };
      };
      if (status.state === 'DONE') return status.errorResult ?? 'done';
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const decorated = () => ({ ...table, tableId: `orders@${Date.now()}` });
  const extract = (who: string) =>
    job(who, {
      extract: { sourceTable: decorated(), destinationUris: [`gs://outhaul-local-files/${who}-*`] },
    });
  const copy = (who: string) =>
    job(who, {
      copy: {
        sourceTable: decorated(),
        destinationTable: { ...table, tableId: `copy_${Date.now()}` },
      },
    });
  const policies = '/datasets/shop/tables/orders/rowAccessPolicies';

  it('is read by anyone who reads the table, as long as it never had a policy', async () => {
    expect((await run('viewer', pinned)).status).toBe(200);
  });

  it.each(['today', 'once it is gone'])('is closed with a policy: %s', async (when) => {
    if (when === 'today')
      await as('admin', 'POST', policies, {
        rowAccessPolicyReference: { policyId: 'all' },
        filterPredicate: 'TRUE',
        grantees: ['allAuthenticatedUsers'],
      });
    else await as('admin', 'DELETE', `${policies}/all?force=true`);
    expect((await run('viewer', 'SELECT * FROM shop.orders')).body['totalRows']).toBe('1');
    for (const rest of [{}, { dryRun: true }])
      expect(await run('viewer', pinned, rest)).toMatchObject({
        status: 403,
        body: { error: { message: forbidden, errors: [{ reason: 'accessDenied' }] } },
      });
    const refusal = { reason: 'accessDenied', message: forbidden };
    expect(await copy('viewer')).toMatchObject(refusal);
    // A project's owner is no administrator of BigQuery.
    expect(await extract('admin')).toMatchObject(refusal);
    expect((await run('exporter', pinned)).status).toBe(200);
    expect(await extract('exporter')).toBe('done');
    const path = `/datasets/shop/tables/${decorated().tableId}/data`;
    expect((await as('viewer', 'GET', path)).status).toBe(403);
  });

  it('stays closed when the rows are replaced', async () => {
    await run('admin', 'CREATE OR REPLACE TABLE shop.orders AS SELECT 2 AS id');
    expect((await run('viewer', pinned)).status).toBe(403);
  });
});

describe('rowAccessPolicies.list', () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await startTestCloud({ enforce: true, seed: true });
  });
  afterAll(() => cloud.dispose());

  /** https://cloud.google.com/bigquery/docs/access-control#bigquery.rowAccessPolicies.list */
  it.each([
    ['roles/bigquery.dataViewer', 403],
    ['roles/bigquery.dataEditor', 403],
    ['roles/bigquery.user', 403],
    ['roles/viewer', 200],
    ['roles/editor', 200],
    ['roles/bigquery.dataOwner', 200],
    ['roles/bigquery.studioAdmin', 200],
    ['roles/bigquery.admin', 200],
  ])('of %s: %d', async (role, status) => {
    const headers = async (email: string) => ({
      authorization: `Bearer ${String((await call(cloud, 'POST', '/_local/tokens', { email })).body['access_token'])}`,
    });
    const bindings = [
      { role: 'roles/owner', members: ['user:admin@outhaul.test'] },
      { role, members: ['user:viewer@outhaul.test'] },
    ];
    const iam = '/v1/projects/outhaul-local:setIamPolicy';
    const admin = await headers('admin@outhaul.test');
    expect((await call(cloud, 'POST', iam, { policy: { bindings } }, admin)).status).toBe(200);
    const path = `${project}/datasets/samples/tables/flights/rowAccessPolicies`;
    expect(
      (await call(cloud, 'GET', path, undefined, await headers('viewer@outhaul.test'))).status,
    ).toBe(status);
  });
});
