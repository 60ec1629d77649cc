import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type ExportRequest, unwrap } from '@outhaul/api-client';
import { CookieBrowser } from '../support/cookie-browser.js';
import { mintToken } from '../support/person.js';
import { refuseLeaks, refuseLeaksBelow } from '../support/refuse-leaks.js';
import { runCli, RunningProcess } from '../support/running-process.js';
import { WholeSystem } from '../support/whole-system.js';

const cell = 'canary-cell-4f1c9b';
/** A number, for what fails on numbers. */
const numericCell = '714200931337';
const adminEmail = 'admin@outhaul.test';
const sqlValue = 'canary-filter-77aa01';
const shortSecret = 'canary-too-short';
const secret = 'a canary session secret of thirty-two and more';

let system: WholeSystem;
/** What must be found nowhere, by what it is. */
const canaries: Record<string, string> = {
  'cell value': cell,
  'cell value that is a number': numericCell,
  'session secret': secret,
  'short secret': shortSecret,
};
/** Exports that failed on a cell. */
const failed: string[] = [];
/** Everything that was written down while the canaries were about. */
const written: Record<string, string> = {};

beforeAll(async () => {
  system = await WholeSystem.startEnforced({
    OUTHAUL_SESSION_SECRETS: secret,
    OUTHAUL_LOG_LEVEL: 'debug',
  });
  const [exporter, admin] = [await system.as('exporter'), await system.as('admin')];
  canaries['access token'] = exporter.token;
  canaries['access token of an admin'] = admin.token;
  canaries['token without its beginning'] = exporter.token.slice(12);

  const csv = join(system.folder, 'canary.csv');
  writeFileSync(csv, `id,secret\n1,${cell}\n${numericCell},${cell}\n`);
  const port = new URL(system.cloudUrl).port;
  const loaded = await runCli(['local', 'load', csv, 'samples.canary', '--port', port], {});
  expect(loaded.code).toBe(0);

  // A whole day's work, good and bad: previews, exports, downloads, refusals, a session, a crash.
  const source = { type: 'table', dataset: 'samples', table: 'canary' } as const;
  const preview = await exporter.fetch('/api/v1/tables/samples/canary/preview');
  expect(await preview.text()).toContain(cell);
  for (const format of ['csv', 'jsonl', 'parquet'] as const) {
    const { id } = await exporter.startExport({ source, format });
    expect((await exporter.untilEnded(id)).outcome).toMatchObject({ state: 'succeeded' });
    const { files } = await unwrap(
      exporter.client.GET('/api/v1/download/{id}', { params: { path: { id } } }),
    );
    for (const { url } of files) {
      const signature = new URL(url).searchParams.get('X-Goog-Signature') ?? '';
      expect(signature.length).toBeGreaterThan(100);
      canaries[`signature of ${id} ${url.length} ${files.length}`] = signature;
    }
    await exporter.fetch(`/api/v1/download/${id}/manifest.json`);
    const downloaded = await exporter.cli('download', id, join(system.folder, `files-${format}`));
    expect(downloaded.code).toBe(0);
    written[`output of the command (${format})`] = downloaded.stdout + downloaded.stderr;
  }
  const viaSql = (sql: string): ExportRequest => ({
    source: { type: 'query', sql },
    format: 'csv',
  });
  const from = 'FROM samples.canary';
  const failing: ExportRequest[] = [
    { source, format: 'csv', columns: [{ name: 'secret', cast: 'INT64' }] },
    { source, format: 'csv', filter: { expression: 'CAST(secret AS INT64) > 0' } },
    viaSql(`SELECT PARSE_DATE('%F', secret) AS day ${from}`),
    viaSql(`SELECT id / (id - id) AS ratio ${from}`),
    viaSql(`SELECT PARSE_JSON(secret) AS document ${from}`),
    viaSql(`SELECT ERROR(secret) AS told ${from}`),
    viaSql(`SELECT CAST(CONCAT(secret, 'x') AS TIMESTAMP) AS moment ${from}`),
  ];
  for (const request of failing) {
    const { id } = await exporter.startExport(request);
    expect((await exporter.untilEnded(id)).outcome).toMatchObject({ state: 'failed' });
    failed.push(id);
    for (const person of [exporter, admin])
      written[`status of the failed ${id} for ${person.email}`] = await (
        await person.fetch(`/api/v1/status/${id}`)
      ).text();
  }
  const filtered = await exporter.fetch('/api/v1/export', {
    method: 'POST',
    body: JSON.stringify({
      source,
      format: 'csv',
      filter: { all: [{ column: 'secret', is: '=', value: sqlValue }] },
    }),
    headers: { 'Content-Type': 'application/json' },
  });
  expect([await filtered.text(), filtered.status]).toEqual([expect.any(String), 202]);
  const wrong = await mintToken(system.cloudUrl, exporter.email, { audience: 'another-app' });
  canaries['refused token'] = wrong;
  for (const path of ['/api/v1/me', `/api/v1/status/x?access_token=${wrong}`, '/api/v1/nothing'])
    await fetch(system.url + path, { headers: { Authorization: `Bearer ${wrong}` } });
  await exporter.fetch('/api/v1/export', {
    method: 'POST',
    body: `{"source": "${cell}`,
    headers: { 'Content-Type': 'application/json' },
  });

  const browser = new CookieBrowser(system.url);
  const landed = await browser.signIn(exporter.email);
  const callback = new URL(landed.hops.find((hop) => hop.includes('/auth/callback')) ?? '');
  canaries['authorization code'] = callback.searchParams.get('code') ?? '';
  canaries['session cookie'] = decodeURIComponent(browser.cookies.get('outhaul-session') ?? '');
  await browser.fetch('/api/v1/export');
  await browser.fetch('/auth/sign-out', { method: 'POST' });

  const crashed = await runCli(['exports'], {
    OUTHAUL_SERVER: 'http://127.0.0.1:1',
    OUTHAUL_TOKEN: exporter.token,
  });
  written['crash output of the command'] = crashed.stdout + crashed.stderr;
  await new Promise((resolve) => setTimeout(resolve, 1_300));
  await system.killApi();
  written['log of the service'] = system.apiOutput();
  written['log of the local cloud'] = system.cloud.output();
  await system.startApiAgain();
  const misconfigured = RunningProcess.start('dist/apps/api/main.mjs', [], {
    OUTHAUL_SESSION_SECRETS: shortSecret,
    OUTHAUL_OIDC_CLIENT_SECRET: secret,
    PORT: secret,
  });
  written['crash output of the service'] = await misconfigured.then(
    () => 'it started',
    (error: Error) => error.message,
  );
  Object.assign(written, await objectsOf('outhaul-local-records', admin.token));
}, 120_000);
afterAll(() => system?.stop());

/** Every object of a bucket, with its metadata. */
async function objectsOf(bucket: string, token: string): Promise<Record<string, string>> {
  const headers = { Authorization: `Bearer ${token}` };
  const base = `${system.cloudUrl}/storage/v1/b/${bucket}/o`;
  const listing = await (await fetch(base, { headers })).text();
  const { items } = JSON.parse(listing) as { items: { name: string }[] };
  const texts = items.map(async ({ name }) => {
    const object = await fetch(`${base}/${encodeURIComponent(name)}?alt=media`, { headers });
    return [`${bucket}/${name}`, await object.text()] as const;
  });
  return { [`listing of ${bucket}`]: listing, ...Object.fromEntries(await Promise.all(texts)) };
}

it('planted what it looks for, and wrote what it looks through', () => {
  for (const [what, canary] of Object.entries(canaries))
    expect([what, canary.length]).toEqual([what, expect.any(Number)]);
  expect(Object.values(canaries).filter((canary) => canary.length < 12)).toEqual([]);
  const names = Object.keys(written).join('\n');
  expect(names).toMatch(/outhaul-local-records\/exports\//);
  expect(names).toMatch(/outhaul-local-records\/audit\//);
  expect(written['log of the service']).toContain('export.download');
  for (const id of failed)
    expect(written[`status of the failed ${id} for ${adminEmail}`]).toMatch(/"failed"/);
  expect(failed).toHaveLength(7);
  expect(written['crash output of the service']).toContain('OUTHAUL_SESSION_SECRETS');
});

it('finds no token, cookie, signature, code or cell value in any of it', () => {
  const found = Object.entries(written).flatMap(([where, text]) =>
    Object.entries(canaries)
      .filter(([, canary]) => text.includes(canary) || text.includes(encodeURIComponent(canary)))
      .map(([what]) => `${what} in ${where}`),
  );
  expect(found).toEqual([]);
});

it('finds the values of a filter in the export’s own record only', () => {
  const holding = Object.keys(written).filter((where) => written[where]?.includes(sqlValue));
  expect(holding.filter((where) => !/records\/exports\//.test(where))).toEqual([]);
});

it('finds no cell value beside the data: not in manifests, schemas or checksums', async () => {
  const objects = await objectsOf(
    'outhaul-local-files',
    canaries['access token of an admin'] ?? '',
  );
  const beside = Object.entries(objects).filter(([name]) => /\.(json|sql|crc32c)$/.test(name));
  expect(beside.length).toBeGreaterThan(3);
  expect(beside.filter(([, text]) => text.includes(cell)).map(([name]) => name)).toEqual([]);
  const data = Object.entries(objects).filter(([name]) => name.endsWith('.csv'));
  expect(data.some(([, text]) => text.includes(cell))).toBe(true);
});

/** Every process of every journey is looked through when it ends, and every object that it has left. */
describe('the net under the whole test run', () => {
  const forms: [string, () => string][] = [
    ['an access token', () => canaries['access token'] ?? ''],
    ['a sealed cookie', () => canaries['session cookie'] ?? ''],
    [
      'a signed URL',
      () =>
        `X-Goog-Signature=${Object.entries(canaries).find(([what]) => what.startsWith('signature'))?.[1]}`,
    ],
  ];

  it.each(forms)('catches %s', (what, secret) => {
    expect(() => refuseLeaks('a log', `…${secret()}…`)).toThrow(what);
    expect(() => refuseLeaks('a log', `…${secret().slice(0, 5)}…`)).not.toThrow();
  });

  it('lies under a process’s output', async () => {
    const file = join(system.folder, 'leaking.mjs');
    const token = JSON.stringify(canaries['access token']);
    writeFileSync(
      file,
      `console.log(${token}); setTimeout(() => process.send({}), 200); setInterval(() => {}, 1000);`,
    );
    const leaking = await RunningProcess.start(relative(join(__dirname, '../..'), file), []);
    await expect(leaking.end()).rejects.toThrow('an access token');
  });

  it('lies under the objects of the local cloud', async () => {
    const data = join(system.folder, 'data');
    expect(() => refuseLeaksBelow(data)).not.toThrow();
    const headers = { Authorization: `Bearer ${canaries['access token of an admin']}` };
    const url = `${system.cloudUrl}/upload/storage/v1/b/outhaul-local-files/o?uploadType=media&name=leak`;
    const put = () => fetch(url, { method: 'POST', body: canaries['access token'], headers });
    expect((await put()).status).toBe(200);
    expect(() => refuseLeaksBelow(data)).toThrow('an access token');
    const object = `${system.cloudUrl}/storage/v1/b/outhaul-local-files/o/leak`;
    // An object takes one change a second.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await fetch(object, { method: 'DELETE', headers })).status).toBe(204);
  });
});
