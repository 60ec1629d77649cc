import { unwrap } from '@outhaul/api-client';
import {
  type ApiRoute,
  apiRoutes,
  airportsExport,
  airportsSet,
  requestOf,
} from '../support/api-routes.js';
import { CookieBrowser } from '../support/cookie-browser.js';
import { mintToken, type Person } from '../support/person.js';
import { localSigningKey, WholeSystem } from '../support/whole-system.js';

/**
 * What each caller gets. `others` is the exporter who names an export, or a set, of the admin's; the viewer and the admin
 * name the exporter's. Whoever does not prove who they are gets 401 from every route that is not public; that is no column.
 */
const expected: Record<
  string,
  [viewer: number, exporter: number, others: number | '-', admin: number]
> = {
  //                    viewer exporter others admin
  getMe: [200, 200, '-', 200],
  listDatasets: [200, 200, '-', 200],
  listTables: [200, 200, '-', 200],
  getTable: [200, 200, '-', 200],
  listPartitions: [200, 200, '-', 200],
  previewTable: [200, 200, '-', 200],
  planExport: [403, 200, '-', 200],
  startExport: [403, 202, '-', 202],
  listExports: [200, 200, '-', 200],
  getExport: [404, 200, 404, 200],
  watchExport: [404, 200, 404, 200],
  getManifest: [404, 200, 404, 200],
  listDownloads: [404, 200, 404, 200],
  downloadFile: [404, 302, 404, 302],
  downloadArchive: [404, 200, 404, 200],
  cancelExport: [403, 409, 404, 409],
  retryExport: [403, 409, 404, 409],
  removeExport: [403, 204, 404, 204],
  planExportSet: [403, 200, '-', 200],
  startExportSet: [403, 202, '-', 202],
  listExportSets: [200, 200, '-', 200],
  getExportSet: [404, 200, 404, 200],
  getExportSetManifest: [404, 200, 404, 200],
  cancelExportSet: [403, 409, 404, 409],
  retryExportSet: [403, 409, 404, 409],
  removeExportSet: [403, 204, 404, 204],
  getManifestSchema: [200, 200, '-', 200],
  getSignInOptions: [200, 200, '-', 200],
  getSigningKey: [200, 200, '-', 200],
  getInsights: [403, 403, '-', 200],
  listActivity: [403, 403, '-', 200],
  readAuditLog: [403, 403, '-', 200],
  reviewAccess: [403, 403, '-', 200],
};

let system: WholeSystem;
let stranger: WholeSystem;
let people: Record<'viewer' | 'exporter' | 'admin', Person>;
let bad: Record<string, Record<string, string>>;
/** The exporter by the console's session instead of a token. */
let session: CookieBrowser;
beforeAll(async () => {
  system = await WholeSystem.startEnforced({ OUTHAUL_SIGNING_KEY_VERSION: localSigningKey });
  stranger = await WholeSystem.startEnforced({}, ['--no-samples']);
  people = {
    viewer: await system.as('viewer'),
    exporter: await system.as('exporter'),
    admin: await system.as('admin'),
  };
  const browser = new CookieBrowser(system.url);
  await browser.signIn('admin@outhaul.test');
  const cookie = browser.cookies.get('outhaul-session') ?? '';
  session = new CookieBrowser(system.url);
  await session.signIn('exporter@outhaul.test');
  const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
  const admin = (wish: object) => system.as('admin', wish).then(({ token }) => bearer(token));
  bad = {
    anonymous: {},
    'with an expired token': await admin({ ttlSeconds: -1 }),
    'with a token of another app': await admin({ audience: 'another-app' }),
    'with a token of another issuer': bearer(
      await mintToken(stranger.cloudUrl, 'admin@outhaul.test'),
    ),
    'with an altered token': bearer(`${people.admin.token.slice(0, -1)}_`),
    'with an altered cookie': {
      Cookie: `outhaul-session=${cookie.slice(0, -4)}AAAA`,
      'Sec-Fetch-Site': 'same-origin',
      Origin: system.url,
    },
  };
});
afterAll(async () => {
  await system?.stop();
  await stranger?.stop();
});

/** An export of the person's that has ended, or a set where the route is about sets. */
async function finished(person: Person, { path }: ApiRoute): Promise<string> {
  if (!path.includes('{id}')) return '';
  if (!path.includes('/export-sets/')) {
    const { id } = await person.startExport(airportsExport);
    await person.untilEnded(id);
    return id;
  }
  const { id } = await unwrap(person.client.POST('/api/v1/export-sets', { body: airportsSet }));
  for (;;) {
    const at = { params: { path: { id } } };
    if ((await unwrap(person.client.GET('/api/v1/export-sets/{id}', at))).outcome) return id;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function statusFor(
  who: Pick<Person, 'fetch'> | CookieBrowser,
  route: ApiRoute,
  id: string,
): Promise<number> {
  const [path, init] = requestOf(route, id);
  const abort = new AbortController();
  const answer = await who.fetch(path, { ...init, redirect: 'manual', signal: abort.signal });
  abort.abort();
  return answer.status;
}

it.each(apiRoutes.filter((route) => route['x-permission'] !== 'public'))(
  '$method $path answers nobody who does not prove who they are',
  async (route) => {
    const [path, init] = requestOf(route, 'x0000000000000000000');
    const statuses: Record<string, number> = {};
    for (const [who, headers] of Object.entries(bad)) {
      const all = { ...(init.headers as Record<string, string>), ...headers };
      const answer = await fetch(system.url + path, { ...init, headers: all, redirect: 'manual' });
      statuses[who] = answer.status;
      expect(await answer.json()).toMatchObject({ code: 'unauthenticated' });
    }
    expect(statuses).toEqual(Object.fromEntries(Object.keys(bad).map((who) => [who, 401])));
  },
);

it('has a row for every route, and no row without one', () => {
  const known = apiRoutes.map(({ operationId }) => operationId);
  expect(Object.keys(expected).toSorted()).toEqual(known.toSorted());
});

it.each(apiRoutes)('$method $path answers each caller as the table says', async (route) => {
  const { viewer, exporter, admin } = people;
  const isRemoval = route.method === 'DELETE';
  const own = await finished(exporter, route);
  const again = () => (isRemoval ? finished(exporter, route) : own);
  const others = await finished(admin, route);
  const row = [
    await statusFor(viewer, route, own),
    await statusFor(exporter, route, own),
    route.path.includes('{id}') ? await statusFor(exporter, route, others) : '-',
    await statusFor(admin, route, await again()),
  ];
  expect(row).toEqual(expected[route.operationId]);
  // The session is as good as a token, and no better.
  expect(await statusFor(session, route, await again())).toBe(row[1]);
  if (row[2] !== '-') expect(await statusFor(session, route, others)).toBe(row[2]);
});

const callers = ['viewer', 'exporter', 'admin'] as const;

it.each(apiRoutes.filter((route) => route['x-permission'] === 'public'))(
  '$method $path answers everybody alike',
  async (route) => {
    for (const headers of Object.values(bad)) {
      const answer = await fetch(system.url + route.path, { headers });
      expect(answer.status).toBe(200);
    }
  },
);

it.each([
  ['GET', '/healthz', 200],
  ['GET', '/readyz', 200],
  ['GET', '/api/openapi.json', 200],
  ['GET', '/api/docs/', 200],
  ['POST', '/internal/tick', 404],
  ['POST', '/internal/advance/x', 404],
  ['GET', '/metrics', 404],
  ['GET', '/.env', 404],
  ['GET', '/api/v1/', 404],
  ['GET', '/api/v1/schedules', 404],
  ['POST', '/auth/sign-out', 403],
  ['POST', '/auth/sign-out-everywhere', 403],
  ['GET', '/auth/callback', 302],
])('%s %s answers everybody alike, and tells nothing: %d', async (method, path, status) => {
  const everybody = {
    ...bad,
    ...Object.fromEntries(
      callers.map((role) => [role, { Authorization: `Bearer ${people[role].token}` }]),
    ),
  };
  const statuses: Record<string, number> = {};
  for (const [who, given] of Object.entries(everybody)) {
    // A cookie is heeded only in what a page of the console's own asks for.
    const {
      'Sec-Fetch-Site': _site,
      Origin: _origin,
      ...headers
    } = given as Record<string, string>;
    const answer = await fetch(system.url + path, { method, headers, redirect: 'manual' });
    statuses[who] = answer.status;
  }
  expect(statuses).toEqual(Object.fromEntries(Object.keys(everybody).map((who) => [who, status])));
});
