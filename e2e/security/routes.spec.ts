import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CookieBrowser } from '../support/cookie-browser.js';
import { mintToken, type Person } from '../support/person.js';
import { WholeSystem } from '../support/whole-system.js';

interface Operation {
  readonly operationId: string;
  readonly 'x-permission': string;
}
interface Route extends Operation {
  readonly method: string;
  readonly path: string;
}

const document = JSON.parse(
  readFileSync(join(__dirname, '../../apps/api/openapi.json'), 'utf8'),
) as { paths: Record<string, Record<string, Operation>> };
const routes: Route[] = Object.entries(document.paths).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, operation]) => ({
    ...operation,
    method: method.toUpperCase(),
    path,
  })),
);

/**
 * What each caller gets. `others` is the exporter who names an export of the admin's; the viewer and the admin name the
 * exporter's. Whoever does not prove who they are gets 401 from every route; that is no column.
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
  listActivity: [403, 403, '-', 200],
  readAuditLog: [403, 403, '-', 200],
  reviewAccess: [403, 403, '-', 200],
};

/** What Outhaul's roles hold; kept here by hand, so that a change of the product's own table shows. */
const held: Record<string, readonly string[]> = {
  viewer: ['catalog.read', 'exports.read', 'exports.download'],
  exporter: ['catalog.read', 'exports.read', 'exports.download', 'exports.plan', 'exports.create'],
};

let system: WholeSystem;
let stranger: WholeSystem;
let people: Record<'viewer' | 'exporter' | 'admin', Person>;
let bad: Record<string, Record<string, string>>;
const airports = {
  source: { type: 'table', dataset: 'samples', table: 'airports' },
  format: 'csv',
} as const;

beforeAll(async () => {
  system = await WholeSystem.startEnforced();
  stranger = await WholeSystem.startEnforced({}, ['--no-samples']);
  people = {
    viewer: await system.as('viewer'),
    exporter: await system.as('exporter'),
    admin: await system.as('admin'),
  };
  const browser = new CookieBrowser(system.url);
  await browser.signIn('admin@outhaul.test');
  const cookie = browser.cookies.get('outhaul-session') ?? '';
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

async function finishedExport(person: Person): Promise<string> {
  const { id } = await person.startExport(airports);
  await person.untilEnded(id);
  return id;
}

function requestOf({ method, path }: Route, id: string): [path: string, init: RequestInit] {
  const values: Record<string, string> = {
    dataset: 'samples',
    table: 'airports',
    file: 'manifest.json',
    id,
  };
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? 'x');
  const query = filled === '/api/v1/tables' ? '?dataset=samples' : '';
  const body = method === 'POST' || method === 'PUT' ? JSON.stringify(airports) : undefined;
  return [filled + query, { method, body, headers: { 'Content-Type': 'application/json' } }];
}

async function statusFor(person: Person, route: Route, id: string): Promise<number> {
  const [path, init] = requestOf(route, id);
  const abort = new AbortController();
  const answer = await person.fetch(path, { ...init, signal: abort.signal });
  abort.abort();
  return answer.status;
}

it.each(routes.filter((route) => route['x-permission'] !== 'public'))(
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

it.each(routes.filter(({ operationId }) => expected[operationId]))(
  '$method $path answers each caller as the table says',
  async (route) => {
    const others = await finishedExport(people.admin);
    const first = await finishedExport(people.exporter);
    const second =
      route.operationId === 'removeExport' ? await finishedExport(people.exporter) : first;
    const row = [
      await statusFor(people.viewer, route, first),
      await statusFor(people.exporter, route, first),
      route.path.includes('{id}') ? await statusFor(people.exporter, route, others) : '-',
      await statusFor(people.admin, route, second),
    ];
    expect(row).toEqual(expected[route.operationId]);
  },
);

it.each(routes.filter(({ operationId }) => !expected[operationId]))(
  '$method $path lets in exactly those roles that hold its permission',
  async (route) => {
    for (const role of ['viewer', 'exporter'] as const) {
      const status = await statusFor(people[role], route, 'x0000000000000000000');
      const permission = route['x-permission'];
      const mayPass =
        permission === 'public' || permission === 'signed-in' || held[role]?.includes(permission);
      expect([role, status === 403]).toEqual([role, !mayPass]);
      expect(status).toBeLessThan(500);
    }
  },
);

it('names no route of the table that does not exist', () => {
  const known = routes.map(({ operationId }) => operationId);
  expect(Object.keys(expected).filter((name) => !known.includes(name))).toEqual([]);
});

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
  ['POST', '/auth/sign-out', 403],
  ['GET', '/auth/callback', 302],
])('%s %s is open to all and tells nothing: %d', async (method, path, status) => {
  const answer = await fetch(system.url + path, { method, redirect: 'manual' });
  expect(answer.status).toBe(status);
});
