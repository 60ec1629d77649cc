import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FileServer, someBytes } from '../testing/file-server.js';
import { ProxyServer } from '../testing/proxy-server.js';
import { useFileServer } from '../testing/use-file-server.js';
import { downloadFiles, type RemoteFile, type TransferOptions } from './index.js';

let server: FileServer;
let proxy: ProxyServer;
let folder: string;
beforeEach(async () => {
  proxy = await ProxyServer.start();
});
afterEach(() => proxy.stop());
useFileServer((started, made) => {
  [server, folder] = [started, made];
});

const download = (file: RemoteFile, options: Partial<TransferOptions> = {}) =>
  downloadFiles([file], {
    folder,
    urlFor: async ({ name }) => server.url(name),
    firstWaitMs: 10,
    ...options,
  });
const isRight = (name: string) =>
  readFileSync(join(folder, name)).equals(server.contents.get(name)?.bytes as Buffer);

/** Takes only requests with this token. */
const onlyWith = (token: () => string) => {
  server.fault = (request, response) => {
    if (request.headers.authorization === `Bearer ${token()}`) return false;
    response.writeHead(401, { 'Content-Length': 0 }).end();
    return true;
  };
};

it.each([
  ['the bare reader', () => ({})],
  ['undici', () => ({ proxy: { httpProxy: proxy.url } })],
])('sends the given headers with every range, by %s', async (_name, more) => {
  onlyWith(() => 'canary');
  const file = server.put('large.bin', someBytes(40 << 20));
  expect(await download(file, more())).toMatchObject({ ok: false });
  const headers = async () => ({ Authorization: 'Bearer canary' });
  expect(await download(file, { headers, ...more() })).toMatchObject({ ok: true });
  expect(isRight('large.bin')).toBe(true);
});

it('asks for the headers anew when what they held has ended', async () => {
  let token = 'old';
  let asked = 0;
  onlyWith(() => 'new');
  const headers = async () => {
    asked += 1;
    const now = token;
    token = 'new';
    return { Authorization: `Bearer ${now}` };
  };
  const report = await download(server.put('a.bin', someBytes(1_000)), { headers });
  expect([report.ok, asked]).toEqual([true, 2]);
});

it('sends no header that would begin another line', async () => {
  const headers = async () => ({ Authorization: 'x\r\nX-Other: y' });
  const report = await download(server.put('a.bin', someBytes(1_000)), { headers });
  expect(report.files).toMatchObject([{ status: 'failed', error: { code: 'refused' } }]);
  expect(server.requests).toBe(0);
});

it('goes through a proxy, large files in ranges', async () => {
  const file = server.put('large.bin', someBytes(40 << 20));
  const report = await download(file, { proxy: { httpProxy: proxy.url } });
  expect([report.ok, isRight('large.bin')]).toEqual([true, true]);
  const { host } = new URL(server.url(''));
  expect(proxy.targets.length).toBeGreaterThan(1);
  expect(new Set(proxy.targets)).toEqual(new Set([host]));
});

it('makes no more connections to a proxy than it may', async () => {
  const files = Array.from({ length: 200 }, (_, index) =>
    server.put(`${index}.bin`, someBytes(500, index + 1)),
  );
  server.fault = (_request, response, body) => {
    response.writeHead(200, { 'Content-Length': body.length });
    setTimeout(() => response.end(body), 5);
    return true;
  };
  const report = await downloadFiles(files, {
    folder,
    urlFor: ({ name }) => server.url(name),
    connections: 3,
    proxy: { httpProxy: proxy.url },
  });
  expect([report.ok, files.every(({ name }) => isRight(name))]).toEqual([true, true]);
  expect(proxy.mostConnections).toBeLessThanOrEqual(3);
});

it('goes past the proxy where NO_PROXY says so', async () => {
  const file = server.put('a.bin', someBytes(1_000));
  const settings = { httpProxy: proxy.url, noProxy: '127.0.0.1' };
  expect(await download(file, { proxy: settings })).toMatchObject({ ok: true });
  expect(proxy.targets).toEqual([]);
});

it('gives up a trickle through a proxy, too', async () => {
  const file = server.put('a.bin', someBytes(100_000));
  server.fault = (request, response, body) => {
    response.writeHead(200, { 'Content-Length': body.length });
    const drip = setInterval(() => response.write('x'), 20);
    request.socket.once('close', () => clearInterval(drip));
    return true;
  };
  const more = { stallTimeoutMs: 800, maxAttempts: 1, proxy: { httpProxy: proxy.url } };
  expect(await download(file, more)).toMatchObject({ files: [{ error: { code: 'stalled' } }] });
});

it('says that the proxy cannot be reached', async () => {
  const file = server.put('a.bin', someBytes(1_000));
  const settings = { httpProxy: 'http://127.0.0.1:1' };
  const report = await download(file, { proxy: settings, maxAttempts: 2 });
  expect(report.files).toMatchObject([{ status: 'failed', error: { code: 'network' } }]);
});
