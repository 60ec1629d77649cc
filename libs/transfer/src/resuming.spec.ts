import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type FileServer, someBytes } from '../testing/file-server.js';
import { useFileServer } from '../testing/use-file-server.js';
import { downloadFiles, type RemoteFile, type TransferOptions } from './index.js';

let server: FileServer;
let folder: string;
useFileServer((started, made) => {
  [server, folder] = [started, made];
});

const download = (files: readonly RemoteFile[], options: Partial<TransferOptions> = {}) =>
  downloadFiles(files, {
    folder,
    urlFor: async ({ name }) => server.url(name),
    refresh: async ({ name }) => server.describe(name),
    stallTimeoutMs: 300,
    ...options,
  });
const large = () => server.put('large.bin', someBytes(40 << 20));
const isRight = (name: string) =>
  readFileSync(join(folder, name)).equals(server.contents.get(name)?.bytes as Buffer);

it('goes on where a stopped transfer has left off', async () => {
  const file = large();
  const abort = new AbortController();
  server.fault = () => server.requests >= 3 && (abort.abort(), true);
  const first = await download([file], { signal: abort.signal, connections: 1 });
  server.fault = undefined;
  expect(first.ok).toBe(false);
  const second = await download([file]);
  expect(second.files[0]).toMatchObject({ status: 'resumed' });
  expect(second.bytes).toBeLessThan(file.sizeBytes);
  expect(isRight('large.bin')).toBe(true);
});

it('goes on within a file that comes in one go', async () => {
  const file = server.put('one-go.bin', someBytes(8 << 20));
  server.fault = (request, response, body) => {
    response.writeHead(200, { 'Content-Length': body.length });
    response.write(body.subarray(0, 6 << 20), () => setTimeout(() => request.socket.destroy(), 50));
    return true;
  };
  expect(await download([file], { maxAttempts: 1 })).toMatchObject({ ok: false });
  server.fault = undefined;
  const second = await download([file]);
  expect(second).toMatchObject({ ok: true, files: [{ status: 'resumed' }] });
  expect(second.bytes).toBeLessThanOrEqual(3 << 20);
  expect(isRight('one-go.bin')).toBe(true);
});

it.each<[string, (journal: string) => void]>([
  ['cut', (path) => truncateSync(path, 150)],
  ['garbage', (path) => writeFileSync(path, someBytes(10_000))],
  ['that of another file', (path) => writeFileSync(path, '{"version":3,"name":"x"}\n0 1 9\n')],
  ['gone', (path) => rmSync(path)],
])('begins anew where the note of what has come is %s', async (_what, spoil) => {
  const file = large();
  server.fault = (_request, _response, _body) => server.requests > 2;
  expect((await download([file], { maxAttempts: 1, connections: 1 })).ok).toBe(false);
  spoil(join(folder, '.outhaul-large.bin.state'));
  server.fault = undefined;
  expect(await download([file])).toMatchObject({ ok: true });
  expect(isRight('large.bin')).toBe(true);
  expect(readdirSync(folder)).toEqual(['large.bin']);
});

it('begins anew where what has come is more than the file has', async () => {
  const file = large();
  server.fault = () => server.requests > 1;
  expect((await download([file], { maxAttempts: 1, connections: 1 })).ok).toBe(false);
  truncateSync(join(folder, '.outhaul-large.bin.part'), file.sizeBytes + 10);
  server.fault = undefined;
  expect(await download([file])).toMatchObject({ ok: true, files: [{ status: 'downloaded' }] });
  expect(isRight('large.bin')).toBe(true);
});

it('fetches again what was damaged on the disk in between', async () => {
  const file = large();
  server.fault = () => server.requests > 2;
  expect((await download([file], { maxAttempts: 1, connections: 1 })).ok).toBe(false);
  const part = openSync(join(folder, '.outhaul-large.bin.part'), 'r+');
  writeSync(part, 'damage', 1_000);
  closeSync(part);
  server.fault = undefined;
  expect(await download([file])).toMatchObject({ ok: true, retries: 0 });
  expect(isRight('large.bin')).toBe(true);
});

it('begins anew with a file that is replaced while its ranges come', async () => {
  const old = large();
  server.fault = () => {
    if (server.requests === 5) server.put('large.bin', someBytes(39 << 20, 7), '2');
    return false;
  };
  expect(await download([old], { rangeBytes: 1 << 20 })).toMatchObject({ ok: true });
  expect(isRight('large.bin')).toBe(true);
  expect(readdirSync(folder)).toEqual(['large.bin']);
});

it('clears away what was left beside a file that is already there and right', async () => {
  const file = server.put('a.bin', someBytes(100));
  for (const name of ['a.bin', '.outhaul-a.bin.part'])
    writeFileSync(join(folder, name), someBytes(100));
  writeFileSync(join(folder, '.outhaul-a.bin.state'), '{}\n');
  expect((await download([file])).files).toMatchObject([{ status: 'already-there' }]);
  expect(readdirSync(folder)).toEqual(['a.bin']);
});
