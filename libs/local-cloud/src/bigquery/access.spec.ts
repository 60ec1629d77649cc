import { BigQuery } from '@google-cloud/bigquery';
import { OAuth2Client } from 'google-auth-library';
import { serviceAccountEmailOf } from '../identity/demo-users.js';
import { call, startTestCloud, type TestCloud, upload } from '../testing/with-cloud.js';

const project = '/bigquery/v2/projects/outhaul-local';

const watcher = serviceAccountEmailOf('outhaul-local');

/** Permissions as they are enforced over the whole cloud, by the demo users. */
describe('access', () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await startTestCloud({ enforce: true, seed: true });
  });
  afterAll(() => cloud.dispose());

  const as = async (who: string): Promise<Record<string, string>> => {
    const email = who.includes('@') ? who : `${who}@outhaul.test`;
    const { body } = await call(cloud, 'POST', '/_local/tokens', { email });
    return { authorization: `Bearer ${String(body['access_token'])}` };
  };
  const get = async (who: string, path: string) =>
    call(cloud, 'GET', path, undefined, await as(who));
  const post = async (who: string, path: string, body: unknown, method = 'POST') =>
    call(cloud, method, path, body, await as(who));
  const rows = async (who: string, table: string, query = '') =>
    get(who, `${project}/datasets/${table.replace('.', '/tables/')}/data?maxResults=1${query}`);
  const query = (who: string, sql: string) =>
    post(who, `${project}/queries`, { query: sql, useLegacySql: false });

  describe('of datasets', () => {
    it.each([
      ['viewer', ['protected', 'restricted', 'samples']],
      ['exporter', ['protected', 'restricted', 'samples']],
      ['admin', ['confidential', 'protected', 'restricted', 'samples']],
    ])('shows the %s those they may see', async (who, expected) => {
      const { body } = await get(who, `${project}/datasets`);
      expect(
        (body['datasets'] as { datasetReference: { datasetId: string } }[]).map(
          ({ datasetReference }) => datasetReference.datasetId,
        ),
      ).toEqual(expected);
    });

    it('lets a viewer list what they may not read', async () => {
      expect((await get('viewer', `${project}/datasets/restricted/tables`)).body).toMatchObject({
        totalItems: 1,
      });
      expect((await rows('viewer', 'restricted.salaries')).status).toBe(403);
      expect((await rows('admin', 'restricted.salaries')).status).toBe(200);
      expect((await query('exporter', 'SELECT * FROM restricted.salaries')).status).toBe(403);
    });

    it('tells nobody whether a hidden table exists', async () => {
      const hidden = await rows('viewer', 'confidential.plans');
      const missing = await rows('viewer', 'confidential.nothing');
      const text = (answer: typeof hidden): string =>
        JSON.stringify(answer.body).replaceAll(/plans|nothing/g, 'X');
      expect([hidden.status, text(hidden)]).toEqual([missing.status, text(missing)]);
    });

    it('gives and takes access by the access list, at once', async () => {
      const path = `${project}/datasets/lent`;
      await post('admin', `${project}/datasets`, { datasetReference: { datasetId: 'lent' } });
      const table = { tableReference: { datasetId: 'lent', tableId: 't' } };
      await post('admin', `${path}/tables`, {
        ...table,
        schema: { fields: [{ name: 'a', type: 'STRING' }] },
      });
      const { body } = await get('admin', path);
      expect(body['access']).toEqual([
        { role: 'WRITER', specialGroup: 'projectWriters' },
        { role: 'OWNER', specialGroup: 'projectOwners' },
        { role: 'OWNER', userByEmail: 'admin@outhaul.test' },
        { role: 'READER', specialGroup: 'projectReaders' },
      ]);
      const remove = async (who: string) =>
        (await call(cloud, 'DELETE', `${path}/tables/t`, undefined, await as(who))).status;
      expect(await remove('viewer')).toBe(403);
      const access = [
        ...(body['access'] as object[]),
        { role: 'WRITER', userByEmail: 'viewer@outhaul.test' },
      ];
      expect((await post('viewer', path, { access }, 'PATCH')).status).toBe(403);
      expect((await post('admin', path, { access }, 'PATCH')).body['access']).toEqual(access);
      expect(await remove('viewer')).toBe(204);
      await post('admin', path, { access: body['access'] }, 'PATCH');
      expect((await post('viewer', `${path}/tables`, table)).status).toBe(403);
    });
  });

  describe('of columns', () => {
    it('keeps tagged columns from those without the fine-grained reader role', async () => {
      const columns = (who: string, list: string) =>
        rows(who, 'protected.customers', `&selectedFields=${list}`);
      const statuses = async (who: string) =>
        Promise.all(
          ['customer_id,country', 'email', 'iban'].map(
            async (list) => (await columns(who, list)).status,
          ),
        );
      expect(await statuses('viewer')).toEqual([200, 403, 403]);
      expect(await statuses('exporter')).toEqual([200, 200, 403]);
      expect(await statuses('admin')).toEqual([200, 200, 200]);
      expect((await columns('viewer', 'email')).body).toMatchObject({
        error: { message: expect.stringContaining('fine-grained reader') },
      });
    });

    it.each([
      ['SELECT email FROM protected.customers', 200],
      ['SELECT iban FROM protected.customers', 403],
      ['SELECT * FROM protected.customers', 403],
      ['SELECT * EXCEPT (iban) FROM protected.customers', 200],
      ["SELECT count(*) FROM protected.customers WHERE iban LIKE 'XX%'", 403],
      ['SELECT customer_id FROM protected.customers ORDER BY iban', 403],
      // DuckDB could answer these from its statistics of the column alone.
      ["SELECT count(*) FROM protected.customers WHERE iban > 'ZZ'", 403],
      ['SELECT customer_id FROM protected.customers WHERE iban IS NULL', 403],
      ['SELECT max(iban) FROM protected.customers', 403],
      ['SELECT count(iban) FROM protected.customers', 403],
      [
        'SELECT a.country FROM protected.customers a JOIN protected.customers b ON a.iban = b.iban',
        403,
      ],
      ['SELECT country, count(*) FROM protected.customers GROUP BY country', 200],
      ['WITH c AS (SELECT * FROM protected.customers) SELECT customer_id, email FROM c', 403],
      [
        'WITH c AS (SELECT * EXCEPT (iban) FROM protected.customers) SELECT customer_id, email FROM c',
        200,
      ],
      ['SELECT TO_JSON_STRING(c) FROM protected.customers c', 403],
      // What is named counts, whether or not anything is read.
      ['SELECT iban FROM protected.customers LIMIT 0', 403],
      ['SELECT * FROM protected.customers LIMIT 0', 403],
      [
        '(SELECT * FROM protected.customers) UNION ALL SELECT * FROM protected.customers LIMIT 0',
        403,
      ],
      ['SELECT 1 FROM protected.customers WHERE FALSE AND iban IS NULL', 403],
      ['SELECT EXISTS(SELECT iban FROM protected.customers)', 403],
      ['SELECT 1 FROM protected.customers a JOIN protected.customers b USING (iban) LIMIT 0', 403],
      ["SELECT * REPLACE ('x' AS iban) FROM protected.customers LIMIT 0", 200],
      ['SELECT EXISTS(SELECT 1 FROM protected.customers)', 200],
      ['SELECT COUNT(*) FROM (SELECT * FROM protected.customers)', 403],
      ['SELECT COUNT(*) FROM (SELECT c.* FROM protected.customers c)', 403],
      ['SELECT EXISTS(SELECT * FROM protected.customers)', 403],
      ['SELECT COUNT(*) FROM protected.customers', 200],
    ])('answers the exporter’s %s with %d', async (sql, status) => {
      expect((await query('exporter', sql)).status).toBe(status);
    });

    it('keeps the results of a query from everyone but who asked', async () => {
      for (const sql of ['SELECT iban FROM protected.customers', 'SELECT 1 AS one']) {
        const { body } = await query('admin', sql);
        const { jobId } = body['jobReference'] as { jobId: string };
        const job = (await get('admin', `${project}/jobs/${jobId}`)).body;
        const { query: settings } = job['configuration'] as {
          query: { destinationTable: { datasetId: string; tableId: string } };
        };
        const { datasetId, tableId } = settings.destinationTable;
        const statuses = (who: string) =>
          Promise.all([
            query(who, `SELECT * FROM ${datasetId}.${tableId}`),
            get(who, `${project}/datasets/${datasetId}/tables/${tableId}`),
            get(who, `${project}/datasets/${datasetId}/tables/${tableId}/data`),
            get(who, `${project}/datasets/${datasetId}/tables`),
            get(who, `${project}/queries/${jobId}`),
          ]).then((answers) => answers.map(({ status }) => status));
        expect(await statuses('admin')).toEqual([200, 200, 200, 200, 200]);
        expect(await statuses('exporter')).toEqual([403, 403, 403, 403, 403]);
      }
    });

    /** https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/getQueryResults#iam-permissions */
    it('keeps them also from those who may see the job', async () => {
      const { body } = await query('exporter', 'SELECT 1 AS one');
      const { jobId } = body['jobReference'] as { jobId: string };
      expect((await get(watcher, `${project}/jobs/${jobId}`)).status).toBe(200);
      expect(await get(watcher, `${project}/queries/${jobId}`)).toMatchObject({
        status: 403,
        body: { error: { message: expect.stringContaining('bigquery.tables.getData') } },
      });
      expect((await get('exporter', `${project}/queries/${jobId}`)).status).toBe(200);
    });

    it('shows rows of a named destination to those who read that table', async () => {
      const destinationTable = {
        projectId: 'outhaul-local',
        datasetId: 'samples',
        tableId: 'answers',
      };
      const { body } = await post('admin', `${project}/jobs`, {
        configuration: {
          query: { query: 'SELECT 1 AS one', useLegacySql: false, destinationTable },
        },
      });
      const { jobId } = body['jobReference'] as { jobId: string };
      const answer = await get(watcher, `${project}/queries/${jobId}`);
      expect(answer.body).toMatchObject({ totalRows: '1' });
    });

    it('keeps them out of extracts, too', async () => {
      const job = async (who: string) => {
        const { body } = await post(who, `${project}/jobs`, {
          configuration: {
            extract: {
              sourceTable: {
                projectId: 'outhaul-local',
                datasetId: 'protected',
                tableId: 'customers',
              },
              destinationUris: ['gs://outhaul-local-files/customers-*.csv'],
            },
          },
        });
        const { jobId } = body['jobReference'] as { jobId: string };
        for (;;) {
          const { status } = (await get(who, `${project}/jobs/${jobId}`)).body as {
            status: { state: string; errorResult?: { reason: string } };
          };
          if (status.state === 'DONE') return status.errorResult?.reason ?? 'done';
        }
      };
      expect([await job('exporter'), await job('admin')]).toEqual(['accessDenied', 'done']);
    });

    it('follows the policy of the tag, at once', async () => {
      const tag =
        '/v1/projects/outhaul-local/locations/us/taxonomies/personal-data/policyTags/financial';
      const bindings = [
        {
          role: 'roles/datacatalog.categoryFineGrainedReader',
          members: ['user:viewer@outhaul.test'],
        },
      ];
      const read = async () =>
        (await rows('viewer', 'protected.customers', '&selectedFields=iban')).status;
      await post('admin', `${tag}:setIamPolicy`, { policy: { bindings } });
      expect(await read()).toBe(200);
      await post('admin', `${tag}:setIamPolicy`, { policy: { bindings: [] } });
      expect(await read()).toBe(403);
    });
  });

  it.each([
    ['viewer', ['EU']],
    ['exporter', ['EU', 'US']],
    ['admin', ['APAC', 'EU', 'US']],
  ])('shows the %s the rows that policies grant', async (who, regions) => {
    const sql = 'SELECT DISTINCT region FROM protected.sales ORDER BY region';
    const data = await get(who, `${project}/datasets/protected/tables/sales/data`);
    // https://cloud.google.com/bigquery/docs/using-row-level-security-with-features#tabledatalist_method
    if (who !== 'admin')
      expect(data).toMatchObject({
        status: 403,
        body: {
          error: {
            message: expect.stringMatching(
              /does not have full access .* due to row access policies/,
            ),
          },
        },
      });
    else {
      const seen = (data.body['rows'] as { f: { v: string }[] }[]).map(({ f }) => f[1]?.v);
      expect([...new Set(seen)].sort()).toEqual(regions);
    }
    // Viewers run no queries.
    if (who === 'viewer') return;
    const { body } = await query(who, sql);
    expect((body['rows'] as { f: { v: string }[] }[]).map(({ f }) => f[0]?.v)).toEqual(regions);
  });

  it('lets an authorized view read for those who may not', async () => {
    const reference = (datasetId: string, tableId: string) => ({
      projectId: 'outhaul-local',
      datasetId,
      tableId,
    });
    await post('admin', `${project}/datasets`, { datasetReference: { datasetId: 'shared' } });
    await post('admin', `${project}/datasets/shared/tables`, {
      tableReference: reference('shared', 'averages'),
      view: { query: 'SELECT avg(salary) AS salary FROM restricted.salaries', useLegacySql: false },
    });
    const sql = 'SELECT salary FROM shared.averages';
    expect((await query('exporter', sql)).status).toBe(403);
    const path = `${project}/datasets/restricted`;
    const { access } = (await get('admin', path)).body as { access: object[] };
    const view = reference('shared', 'averages');
    await post('admin', path, { access: [...access, { view }] }, 'PATCH');
    // The demo's deny rule is on the table itself, which an authorized view reads in its own right.
    expect((await query('exporter', sql)).status).toBe(200);
    expect((await query('exporter', 'SELECT salary FROM restricted.salaries')).status).toBe(403);
  });

  it('is held by no one on a table that is not there', async () => {
    const held = async (path: string) => {
      const asked = { permissions: ['bigquery.tables.getData'] };
      return (await post('admin', `${project}/datasets/${path}:testIamPermissions`, asked)).body;
    };
    expect(await held('restricted/tables/salaries')).toEqual({
      permissions: ['bigquery.tables.getData'],
    });
    expect(await held('restricted/tables/no_such_table')).toEqual({});
  });

  describe('of projects', () => {
    const iam = '/v1/projects/outhaul-local';

    it('shows who holds what, and changes it with an etag', async () => {
      expect((await post('viewer', `${iam}:getIamPolicy`, {})).status).toBe(403);
      const { body: policy } = await post('admin', `${iam}:getIamPolicy`, {});
      expect(policy['bindings']).toContainEqual({
        role: 'roles/owner',
        members: ['user:admin@outhaul.test'],
      });
      const may = async () =>
        (
          await post('viewer', `${iam}:testIamPermissions`, {
            permissions: ['bigquery.jobs.create', 'bigquery.tables.getData'],
          })
        ).body['permissions'];
      expect(await may()).toEqual(['bigquery.tables.getData']);
      const bindings = [
        ...(policy['bindings'] as object[]),
        { role: 'roles/bigquery.jobUser', members: ['user:viewer@outhaul.test'] },
      ];
      const set = await post('admin', `${iam}:setIamPolicy`, { policy: { ...policy, bindings } });
      expect(set.status).toBe(200);
      expect(await may()).toEqual(['bigquery.jobs.create', 'bigquery.tables.getData']);
      const stale = await post('admin', `${iam}:setIamPolicy`, { policy });
      expect(stale.status).toBe(409);
      await post('admin', `${iam}:setIamPolicy`, { policy: { bindings: policy['bindings'] } });
      expect(await may()).toEqual(['bigquery.tables.getData']);
    });

    it.each([
      [{ role: 'roles/unknown', members: [] }, 400],
      [{ role: 'roles/viewer', members: ['eve'] }, 400],
      [{ role: 'roles/viewer', members: [], condition: { expression: 'has(x)' } }, 501],
    ])('refuses the binding %j', async (binding, status) => {
      const policy = { bindings: [binding] };
      expect((await post('admin', `${iam}:setIamPolicy`, { policy })).status).toBe(status);
    });
  });

  it('holds a bucket’s binding to its condition on the prefix', async () => {
    const path = '/storage/v1/b/outhaul-local-records/iam';
    const { body: policy } = await get('admin', path);
    const name = 'projects/_/buckets/outhaul-local-records/objects/mine/';
    const condition = {
      title: 'own folder',
      expression: `resource.type == "storage.googleapis.com/Object" && resource.name.startsWith("${name}")`,
    };
    const binding = {
      role: 'roles/storage.objectUser',
      members: ['user:viewer@outhaul.test'],
      condition,
    };
    const bindings = [...(policy['bindings'] as object[]), binding];
    const set = await post('admin', path, { ...policy, bindings }, 'PUT');
    expect([set.status, set.body['version']]).toEqual([200, 3]);
    const put = async (object: string) =>
      (await upload(cloud, 'outhaul-local-records', object, 'x', '', await as('viewer'))).status;
    expect([await put('mine/a'), await put('mine'), await put('yours/a')]).toEqual([200, 403, 403]);
    expect((await get('viewer', '/storage/v1/b/outhaul-local-records/o?prefix=mine/')).status).toBe(
      403,
    );
    await post('admin', path, { bindings: policy['bindings'] }, 'PUT');
    expect(await put('mine/a')).toBe(403);
  });

  it('makes tokens of another service account for those who may', async () => {
    const path =
      '/v1/projects/-/serviceAccounts/outhaul-schedules@outhaul-local.iam.gserviceaccount.com:generateAccessToken';
    const body = { scope: ['https://www.googleapis.com/auth/cloud-platform'], lifetime: '600s' };
    expect((await post('exporter', path, body)).status).toBe(403);
    const made = await post('outhaul-service@outhaul-local.iam.gserviceaccount.com', path, body);
    const headers = { authorization: `Bearer ${String(made.body['accessToken'])}` };
    const read = (dataset: string, table: string) =>
      call(
        cloud,
        'GET',
        `${project}/datasets/${dataset}/tables/${table}/data?maxResults=1`,
        undefined,
        headers,
      );
    expect([
      (await read('samples', 'airports')).status,
      (await read('protected', 'sales')).status,
    ]).toEqual([200, 403]);
  });

  it('is asked under Google’s names, which the log keeps', async () => {
    await call(cloud, 'DELETE', '/_local/permissions');
    const authClient = new OAuth2Client();
    const { authorization = '' } = await as('exporter');
    authClient.setCredentials({ access_token: authorization.slice(7) });
    const client = new BigQuery({
      apiEndpoint: cloud.url,
      projectId: 'outhaul-local',
      authClient: authClient as never,
    });
    await client.query('SELECT count(*) FROM samples.airports');
    const { questions } = (await call(cloud, 'GET', '/_local/permissions')).body as {
      questions: { permission: string; resource: string; allowed: boolean }[];
    };
    expect(questions.map(({ permission, resource }) => `${permission} ${resource}`)).toEqual([
      'bigquery.jobs.create projects/outhaul-local',
      'bigquery.tables.getData projects/outhaul-local/datasets/samples/tables/airports',
    ]);
  });
});
