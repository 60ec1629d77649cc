import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type ApiRoute, apiRoutes, airportsExport, requestOf } from '../support/api-routes.js';
import { type Lie, lies, LyingProxy } from '../support/lying-proxy.js';
import { type Person } from '../support/person.js';
import { localSigningKey, WholeSystem } from '../support/whole-system.js';

/**
 * OWASP's API security top ten of 2023, route by route. API1 (objects of others), API2 (authentication) and API5
 * (functions by role) are the tables of routes.spec.ts, bearer.spec.ts and sign-in.spec.ts.
 */
let system: WholeSystem;
let proxy: LyingProxy;
let people: Record<'exporter' | 'admin', Person>;
let id: string;
/** Somewhere that the service has no business. */
let elsewhere: Server;
const visitors: string[] = [];
/** Connections that have begun a request and say no more; each resolves when the service has ended it. */
let silent: Promise<unknown>[];
beforeAll(async () => {
  elsewhere = createServer(({ url, headers }, response) => {
    visitors.push(`${url} ${headers.authorization ?? ''}`);
    response.end('{}');
  }).listen(0);
  system = await WholeSystem.startEnforced(
    { OUTHAUL_REQUESTS_PER_MINUTE: '0', OUTHAUL_SIGNING_KEY_VERSION: localSigningKey },
    [],
    async (url) => (proxy = await LyingProxy.start(url)).url,
  );
  people = { exporter: await system.as('exporter'), admin: await system.as('admin') };
  ({ id } = await people.exporter.startExport(airportsExport));
  await people.exporter.untilEnded(id);
  const halves = ['', 'GET /healthz HT', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n'];
  silent = halves.map(openSilently);
});
afterAll(async () => {
  await system?.stop();
  proxy?.stop();
  elsewhere?.close();
});

function openSilently(half: string): Promise<unknown> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(system.url).port), '127.0.0.1', () => socket.write(half));
    socket.on('close', resolve).on('error', resolve).resume();
  });
}

const elsewhereUrl = () => `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
const ofSets = ({ path }: ApiRoute) => path.includes('/export-sets');
const withBody = apiRoutes.filter(({ requestBody }) => requestBody);
const bodyOf = (route: ApiRoute): Record<string, unknown> =>
  JSON.parse(String(requestOf(route, id)[1].body)) as Record<string, unknown>;

async function ask(route: ApiRoute, change: { body?: string; query?: string } = {}) {
  const [path, init] = requestOf(route, id);
  const mark = path.includes('?') ? '&' : '?';
  const abort = new AbortController();
  const answer = await people.admin.fetch(path + (change.query ? mark + change.query : ''), {
    ...init,
    ...(change.body === undefined ? {} : { body: change.body }),
    signal: abort.signal,
  });
  const type = answer.headers.get('content-type') ?? '';
  const isStream = type.startsWith('text/event-stream') || type.startsWith('application/zip');
  const text = isStream ? '' : await answer.text();
  abort.abort();
  return { status: answer.status, type, text, headers: answer.headers };
}

/** A problem document that a stranger may read: nothing of files, stacks, machines or what lies behind. */
function expectProblem({ status, type, text }: Awaited<ReturnType<typeof ask>>): void {
  expect([status, type]).toEqual([expect.any(Number), 'application/problem+json; charset=utf-8']);
  expect(JSON.parse(text)).toMatchObject({ status, code: expect.any(String) });
  expect(text).not.toMatch(
    /node_modules|\.(ts|mjs):\d|\bat \w+ \(|127\.0\.0\.1|SECRET|\\u001b|\\u0000/,
  );
}

describe('API3: properties of objects', () => {
  const foreign = ['owner', 'id', 'state', 'plan', 'outcome', 'revision', 'steps', '__proto__'];
  it.each(withBody)('$method $path takes none that the caller may not set', async (route) => {
    for (const name of foreign) {
      const body = JSON.stringify({ ...bodyOf(route), mark: 1 }).replace('"mark"', `"${name}"`);
      const answer = await ask(route, { body });
      expect([name, answer.status]).toEqual([name, 400]);
      expect(JSON.parse(answer.text)).toMatchObject({ code: 'request-invalid' });
      const inner = ofSets(route) ? '"options":{' : '"source":{';
      const nested = JSON.stringify(bodyOf(route)).replace(inner, `${inner}"${name}":1,`);
      expect([name, (await ask(route, { body: nested })).status]).toEqual([name, 400]);
    }
  });
});

describe('API4: consumption of resources', () => {
  it.each(withBody)(
    '$method $path refuses bodies that are too large or too deep',
    async (route) => {
      const large = JSON.stringify({ ...bodyOf(route), label: 'x'.repeat(1 << 20) });
      expect((await ask(route, { body: large })).status).toBe(413);
      for (const body of ['['.repeat(100_000), `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`]) {
        const answer = await ask(route, { body });
        expect(answer.status).toBe(400);
        expectProblem(answer);
      }
    },
  );

  const paged = apiRoutes.filter(({ parameters = [] }) =>
    parameters.some(({ name }) => name === 'pageSize'),
  );
  it.each(paged)('$method $path gives no page of any size', async (route) => {
    expect(paged.length).toBeGreaterThan(5);
    for (const size of ['0', '-1', '1000000', '1e400', 'NaN', '1.5', '', '5&pageSize=6'])
      expect([size, (await ask(route, { query: `pageSize=${size}` })).status]).toEqual([size, 400]);
    const answer = await ask(route, { query: `pageToken=${'x'.repeat(5_000)}` });
    expect(answer.status).toBe(400);
  });

  it.each(apiRoutes)('$method $path takes no header or address of any length', async (route) => {
    const [path, init] = requestOf(route, id);
    const headers = { ...(init.headers as object), 'X-Long': 'x'.repeat(20_000) };
    expect((await people.admin.fetch(path, { ...init, headers })).status).toBe(431);
    if (!route.path.includes('{')) return;
    const long = route.path.replace(/\{\w+\}/g, 'y'.repeat(8_000));
    const { status } = await people.admin.fetch(long, { ...init, redirect: 'manual' });
    expect([400, 404, 431]).toContain(status);
  });
});

describe('API6: flows of value', () => {
  it('hands out no more at a time than is meant', async () => {
    const table = { dataset: 'samples', table: 'airports' };
    const [start] = apiRoutes.filter(({ operationId }) => operationId === 'startExportSet');
    for (const change of [
      { concurrency: 17 },
      { tables: Array.from({ length: 1_001 }, (_, at) => ({ ...table, table: `t${at}` })) },
      { tables: [table, table] },
      { tables: [], maxBytes: 1 },
    ])
      expect(
        (
          await ask(start as ApiRoute, {
            body: JSON.stringify({ ...bodyOf(start as ApiRoute), ...change }),
          })
        ).status,
      ).toBe(400);
  });
});

describe('API7: requests to other servers', () => {
  const fields = (url: string): object[] => [
    { bucket: url },
    { bucket: url.replace('http://', '') },
    { billingProject: url },
    { source: { ...airportsExport.source, project: url } },
    { source: { ...airportsExport.source, project: url.replace('http://', '').replace(':', '.') } },
    { source: { ...airportsExport.source, dataset: url } },
    { source: { ...airportsExport.source, table: `../../${url}` } },
    { fileName: `${url}/{part}` },
    { source: { type: 'query', sql: `SELECT * FROM \`${url}\`` } },
    { source: { type: 'query', sql: `SELECT * FROM read_csv('${url}/x.csv')` } },
    { label: url, fileName: `//${url}` },
  ];
  it.each(withBody)('$method $path goes to no address that a caller names', async (route) => {
    for (const change of fields(elsewhereUrl())) {
      const given = ofSets(route)
        ? { ...bodyOf(route), options: { format: 'csv', ...change } }
        : { ...bodyOf(route), ...change };
      const answer = await ask(route, { body: JSON.stringify(given) });
      // A set is accepted with tables that are refused one by one.
      if (!ofSets(route))
        expect([change, answer.status >= 400 && answer.status < 500]).toEqual([change, true]);
      expect(answer.status).toBeLessThan(500);
    }
    expect(visitors).toEqual([]);
  });

  it.each(apiRoutes)('$method $path follows no address in its query or headers', async (route) => {
    const url = elsewhereUrl();
    const [path, init] = requestOf(route, 'x0000000000000000000');
    const query = ['url', 'returnTo', 'callback', 'pageToken', 'project'].map(
      (name) => `${name}=${url}`,
    );
    const headers = {
      ...(init.headers as object),
      'X-Forwarded-Host': url.slice(7),
      'X-Forwarded-For': url.slice(7),
      Forwarded: `host=${url.slice(7)}`,
      Referer: url,
      'X-Original-URL': url,
    };
    const mark = path.includes('?') ? '&' : '?';
    const answer = await people.exporter.fetch(`${path}${mark}${query.join('&')}`, {
      ...init,
      headers,
    });
    await answer.body?.cancel();
    expect(answer.status).toBeLessThan(500);
    expect(visitors).toEqual([]);
  });
});

describe('API8: settings', () => {
  it.each([...new Set(apiRoutes.map(({ path }) => path))])(
    '%s answers other methods with a problem, under the strict headers',
    async (path) => {
      const known = apiRoutes.filter((route) => route.path === path);
      const [filled] = requestOf(known[0] as ApiRoute, 'x0000000000000000000');
      const others = ['OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE', 'PROPFIND'].filter(
        (method) => !known.some((route) => route.method === method),
      );
      for (const method of others) {
        const answer = await people.admin.fetch(filled, { method });
        const { status, headers } = answer;
        expect([method, status]).toEqual([method, expect.any(Number)]);
        expect([404, 405]).toContain(status);
        expectProblem({
          status,
          headers,
          type: headers.get('content-type') ?? '',
          text: await answer.text(),
        });
        expect([
          headers.get('cache-control'),
          headers.get('x-content-type-options'),
          headers.get('access-control-allow-origin'),
          headers.get('x-powered-by'),
        ]).toEqual(['no-store', 'nosniff', null, null]);
        expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
      }
    },
  );
});

describe('API9: what is there', () => {
  it.each(apiRoutes)('$method $path is there under this name and version only', async (route) => {
    const [path, init] = requestOf(route, 'x0000000000000000000');
    for (const other of [
      path.replace('/v1/', '/v0/'),
      path.replace('/v1/', '/v2/'),
      path.replace('/v1/', '/'),
      path.replace('/api/v1/', '/internal/'),
      path.replace('/api/v1/', '/v1/'),
      path.replace('/api/v1/', '//api/v1/'),
    ]) {
      const answer = await people.admin.fetch(other, init);
      await answer.body?.cancel();
      // The console answers addresses of its own pages with its page; none of them is data.
      const isPage = /^text\/html/.test(answer.headers.get('content-type') ?? '');
      expect([other, isPage || answer.status]).toEqual([other, isPage || 404]);
    }
    // Other letters lead to the same route, past the same guards.
    const headers = init.headers as Record<string, string>;
    const loud = await fetch(system.url + path.replace('/api/v1/', '/API/V1/'), {
      ...init,
      headers,
    });
    await loud.body?.cancel();
    expect([loud.status, loud.headers.get('cache-control')]).toEqual([
      route['x-permission'] === 'public' ? 200 : 401,
      'no-store',
    ]);
  });
});

describe.each(Object.keys(lies) as Lie[])('API10: Google answers with %s', (lie) => {
  beforeAll(() => {
    proxy.elsewhere = elsewhereUrl().replace('127.0.0.1', 'localhost');
    proxy.lie = lie;
  });
  afterAll(() => {
    proxy.lie = undefined;
  });

  // All at once: an answer that cannot be read is asked for again, which takes its time.
  it('tells nothing of it on any route, and shows nobody a token', async () => {
    const answers = await Promise.all(
      apiRoutes.map(async (route) => [route, await ask(route)] as const),
    );
    for (const [{ method, path }, answer] of answers) {
      const text = answer.text.replaceAll(saidByGoogle, '');
      expect([method, path, text]).toEqual([
        method,
        path,
        expect.not.stringMatching(/<html|\\u001b|\\u0000/),
      ]);
      if (answer.status >= 400) expectProblem({ ...answer, text });
    }
    expect(visitors.filter((visitor) => /Bearer|Basic/.test(visitor))).toEqual([]);
    expect((await fetch(`${system.url}/healthz`)).status).toBe(200);
  });
});

it('has let go of every connection that did not say what it wants', async () => {
  await expect(Promise.all(silent)).resolves.toHaveLength(3);
}, 60_000);

/** Google's own messages are passed on, without control characters: they say what is wrong with a query. */
const saidByGoogle = /SECRET-OF-UPSTREAM *\[31m/g;
