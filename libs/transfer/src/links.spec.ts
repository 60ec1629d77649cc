import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FileServer, someBytes } from '../testing/file-server.js';
import { useFileServer } from '../testing/use-file-server.js';
import { downloadFiles, type RemoteFile, type TransferOptions } from './index.js';

let server: FileServer;
let folder: string;
useFileServer((started, made) => {
  [server, folder] = [started, made];
});

const download = (file: RemoteFile, options: Partial<TransferOptions>) =>
  downloadFiles([file], {
    folder,
    urlFor: () => server.url(file.name),
    firstWaitMs: 2,
    ...options,
  });
const isRight = (name: string) =>
  readFileSync(join(folder, name)).equals(server.contents.get(name)?.bytes as Buffer);

/** Refuses every link but a fresh one, after up to so long. */
const refuseOld = (longestMs = 0) => {
  server.fault = (request, response) => {
    if (request.url?.includes('fresh')) return false;
    const answer = () => response.writeHead(403, { 'Content-Length': 0 }).end();
    setTimeout(answer, (longestMs * (server.requests % 4)) / 4);
    return true;
  };
};

it('renews a link once, however many ranges were refused with it', async () => {
  refuseOld(40);
  const asked: (string | undefined)[][] = [];
  const file = server.put('a.bin', someBytes(400_000));
  const old = `${server.url(file.name)}&old`;
  const urlFor: TransferOptions['urlFor'] = async (_file, why, refused) => {
    asked.push([why, refused]);
    return why === 'first' ? old : `${server.url(file.name)}&fresh`;
  };
  const report = await download(file, { urlFor, rangeBytes: 16_384 });
  expect(report).toMatchObject({ ok: true });
  expect(report.retries).toBeGreaterThan(1);
  expect(asked).toEqual([
    ['first', undefined],
    ['expired', old],
  ]);
});

it('goes on asking for a fresh link while none can be had, and not with the old one', async () => {
  refuseOld();
  let failures = 5;
  const file = server.put('a.bin', someBytes(1_000));
  const urlFor: TransferOptions['urlFor'] = async (_file, why) => {
    if (why === 'first') return server.url(file.name);
    if (failures-- > 0) throw new Error('The service is not there.');
    return `${server.url(file.name)}&fresh`;
  };
  expect(await download(file, { urlFor })).toMatchObject({ ok: true, retries: 6 });
  expect(server.requests).toBe(2);
});

it.each<[string, Partial<TransferOptions>]>([
  ['a link', { urlFor: () => sleep(60_000, '', { ref: false }) }],
  ['headers', { headers: () => sleep(60_000, {}, { ref: false }) }],
  ['a new description', { refresh: () => sleep(60_000, undefined, { ref: false }) }],
])('stops at once, though it waits for %s', async (_what, options) => {
  const file = server.put('a.bin', someBytes(1_000));
  server.contents.delete('a.bin');
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 100);
  const report = await download(file, { ...options, signal: abort.signal });
  expect(report.files).toMatchObject([{ status: 'failed', error: { code: 'aborted' } }]);
  expect(report.seconds).toBeLessThan(5);
});

it('asks again for headers that could not be had', async () => {
  const file = server.put('a.bin', someBytes(1_000));
  let failures = 3;
  const headers = async () => {
    if (failures-- > 0) throw new Error('No token now.');
    return { Authorization: 'Bearer canary' };
  };
  expect(await download(file, { headers })).toMatchObject({ ok: true, retries: 3 });
  const never = async () => Promise.reject(new Error('No token ever.'));
  expect(await download(server.put('b.bin', someBytes(1)), { headers: never })).toMatchObject({
    files: [{ error: { code: 'network', message: expect.stringContaining('No token ever.') } }],
  });
});

it('asks for the new description once, however many ranges find the file replaced', async () => {
  const old = server.put('a.bin', someBytes(400_000));
  let refreshes = 0;
  server.fault = () => {
    // Those that are under way by then are all answered at nearly the same moment.
    if (server.requests === 1) server.put('a.bin', someBytes(390_000, 7), '2');
    return false;
  };
  const refresh = async () => {
    refreshes += 1;
    await sleep(30);
    return server.describe('a.bin');
  };
  let shown: number[] = [];
  const report = await download(old, {
    refresh,
    rangeBytes: 16_384,
    onProgress: ({ bytesDone }) => (shown = [...shown, bytesDone]),
  });
  expect(report).toMatchObject({ ok: true });
  expect([refreshes, isRight('a.bin'), shown.at(-1)]).toEqual([1, true, 390_000]);
});

it('counts nothing of a range that is still tried when the file has begun anew', async () => {
  const old = server.put('a.bin', someBytes(40_000));
  let replaced = false;
  const late: string[] = [];
  server.fault = (request, response, body) => {
    const { range = '' } = request.headers;
    if (range === 'bytes=0-16383') {
      response.writeHead(206, {
        'Content-Length': body.length,
        'Content-Range': 'bytes 0-16383/40000',
      });
      response.write(body.subarray(0, 8_192), () => setTimeout(() => request.socket.destroy(), 5));
      return true;
    }
    if (replaced) {
      late.push(range);
      // Long enough for another try of the first range.
      response.setHeader('Content-Length', 10_000);
      setTimeout(() => response.end(someBytes(10_000, 7)), 100);
      return true;
    }
    setTimeout(() => {
      server.put('a.bin', someBytes(10_000, 7), '2');
      replaced = true;
      response.writeHead(412, { 'Content-Length': 0 }).end();
    }, 20);
    return true;
  };
  let shown = 0;
  const report = await download(old, {
    refresh: async () => server.describe('a.bin'),
    rangeBytes: 16_384,
    firstWaitMs: 50,
    onProgress: ({ bytesDone }) => (shown = bytesDone),
  });
  expect(report).toMatchObject({ ok: true });
  expect([shown, late]).toEqual([10_000, ['']]);
});
