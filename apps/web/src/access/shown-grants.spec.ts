import { type AccessGrant, findGrants, nameOfResource, showGrants } from './shown-grants';

const aGrant = (changes: Partial<AccessGrant>): AccessGrant => ({
  resource: { kind: 'dataset', project: 'p', dataset: 'sales' },
  role: 'roles/bigquery.dataViewer',
  member: 'user:ann@example.com',
  gives: ['read data'],
  removeBy: 'bq query …',
  ...changes,
});

it('shows who, where and what, and the grants that nobody used first', () => {
  const rows = showGrants([
    aGrant({ member: 'user:bob@example.com', unused: false }),
    aGrant({ member: 'allUsers', gives: ['read data', 'see exports'] }),
    aGrant({ member: 'serviceAccount:zed@p.iam.gserviceaccount.com', unused: true }),
  ]);
  expect(rows.map(({ kind, who, where, gives }) => [kind, who, where, gives])).toEqual([
    ['serviceAccount', 'zed@p.iam.gserviceaccount.com', 'p.sales', 'read data'],
    ['', 'allUsers', 'p.sales', 'read data, see exports'],
    ['user', 'bob@example.com', 'p.sales', 'read data'],
  ]);
});

it.each([
  ['ANN sales', ['user:ann@example.com']],
  ['jobuser', ['group:all@example.com']],
  ['ann jobuser', []],
  ['  ', ['group:all@example.com', 'user:ann@example.com']],
])('finds by every word of %j', (search, members) => {
  const rows = showGrants([
    aGrant({}),
    aGrant({
      member: 'group:all@example.com',
      role: 'roles/bigquery.jobUser',
      resource: { kind: 'project', project: 'p' },
    }),
  ]);
  expect(findGrants(rows, search).map(({ grant }) => grant.member)).toEqual(members);
});

it('names a bucket by its address', () =>
  expect(nameOfResource({ kind: 'bucket', bucket: 'files' })).toBe('gs://files'));
