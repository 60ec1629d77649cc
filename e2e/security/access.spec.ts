import { type AccessReview } from '@outhaul/api-client';
import { type Person } from '../support/person.js';
import { WholeSystem } from '../support/whole-system.js';

let system: WholeSystem;
let admin: Person;
let exporter: Person;

const project = 'outhaul-local';
interface Binding {
  readonly role: string;
  readonly members: readonly string[];
}

/** Google's own APIs, as the admin. */
async function google(
  path: string,
  method: string,
  body?: object,
): Promise<{ bindings?: Binding[] }> {
  const answer = await fetch(system.cloudUrl + path, {
    method,
    body: body && JSON.stringify(body),
    headers: { Authorization: `Bearer ${admin.token}`, 'Content-Type': 'application/json' },
  });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return (await answer.json()) as { bindings?: Binding[] };
}

/** Grants more on the project, and keeps what is granted. */
async function grantOnProject(more: Binding[]): Promise<void> {
  const { bindings = [] } = await google(`/v1/projects/${project}:getIamPolicy`, 'POST', {});
  const policy = { bindings: [...bindings, ...more] };
  await google(`/v1/projects/${project}:setIamPolicy`, 'POST', { policy });
}

async function grantOnBucket(more: Binding[]): Promise<void> {
  const path = '/storage/v1/b/outhaul-local-files/iam';
  const { bindings = [] } = await google(path, 'GET');
  await google(path, 'PUT', { bindings: [...bindings, ...more] });
}

beforeAll(async () => {
  system = await WholeSystem.startEnforced();
  [admin, exporter] = [await system.as('admin'), await system.as('exporter')];
  await grantOnProject([
    {
      role: 'roles/bigquery.jobUser',
      members: ['user:exporter@outhaul.test', 'group:all@outhaul.test'],
    },
    { role: 'roles/bigquery.metadataViewer', members: ['user:nobody@outhaul.test'] },
  ]);
  await grantOnBucket([{ role: 'roles/storage.objectUser', members: ['user:gone@outhaul.test'] }]);
  await google(`/bigquery/v2/projects/${project}/datasets/samples`, 'PATCH', {
    access: [
      { role: 'READER', userByEmail: 'exporter@outhaul.test' },
      { role: 'OWNER', userByEmail: 'admin@outhaul.test' },
    ],
  });
  const { id } = await exporter.startExport({
    source: { type: 'table', dataset: 'samples', table: 'airports' },
    format: 'csv',
  });
  await exporter.untilEnded(id);
});
afterAll(() => system?.stop());

const review = async () => (await (await admin.fetch('/api/v1/access')).json()) as AccessReview;

it('shows who may export what, when they last did, and how to take it away', async () => {
  const { grants, unread } = await review();
  expect(unread).toEqual([]);
  const find = (member: string, role: string) =>
    grants.find((grant) => grant.member === member && grant.role === role);
  expect(find('user:exporter@outhaul.test', 'roles/bigquery.jobUser')).toEqual({
    resource: { kind: 'project', project },
    role: 'roles/bigquery.jobUser',
    member: 'user:exporter@outhaul.test',
    gives: ['run jobs'],
    lastExportAt: expect.stringMatching(/^20/),
    unused: false,
    removeBy:
      "gcloud projects remove-iam-policy-binding 'outhaul-local' --member='user:exporter@outhaul.test' --role='roles/bigquery.jobUser'",
  });
  expect(find('user:gone@outhaul.test', 'roles/storage.objectUser')).toMatchObject({
    resource: { kind: 'bucket', bucket: 'outhaul-local-files' },
    unused: true,
    removeBy:
      "gcloud storage buckets remove-iam-policy-binding 'gs://outhaul-local-files' --member='user:gone@outhaul.test' --role='roles/storage.objectUser'",
  });
  expect(find('group:all@outhaul.test', 'roles/bigquery.jobUser')).not.toHaveProperty('unused');
  const onDataset = grants.filter(({ resource }) => resource.kind === 'dataset');
  expect(onDataset).toContainEqual(
    expect.objectContaining({
      resource: { kind: 'dataset', project, dataset: 'samples' },
      member: 'user:exporter@outhaul.test',
      gives: ['read data'],
      unused: false,
      removeBy: expect.stringMatching(
        /^bq query --use_legacy_sql=false 'REVOKE `roles\/bigquery.dataViewer` ON SCHEMA `outhaul-local`.`samples` FROM "user:exporter@outhaul.test"'$/,
      ),
    }),
  );
  expect(grants.map(({ role }) => role)).not.toContain('roles/bigquery.metadataViewer');
});

it('never calls the account that everybody’s exports rest on unused', async () => {
  const { grants } = await review();
  const own = grants.filter(({ member }) => member.includes(':outhaul-service@'));
  expect(own.map(({ role, gives }) => [role.split('/').at(-1), gives])).toContainEqual([
    'outhaulFilesEngine',
    ['serve exports'],
  ]);
  expect(own.length).toBeGreaterThan(2);
  for (const grant of own) expect(grant).not.toHaveProperty('unused');
});

it('gives the same as CSV', async () => {
  const answer = await admin.fetch('/api/v1/access?format=csv');
  expect(answer.headers.get('content-type')).toMatch(/^text\/csv/);
  const lines = (await answer.text()).trim().split('\r\n');
  const { grants } = await review();
  expect(lines).toHaveLength(grants.length + 1);
  expect(lines.join('\n')).toContain('"user:gone@outhaul.test","gs://outhaul-local-files"');
});

it('is for admins only', async () => {
  expect((await exporter.fetch('/api/v1/access')).status).toBe(403);
});
