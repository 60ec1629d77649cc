import { existsSync, linkSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Fault, type FileServer, someBytes } from '../testing/file-server.js';
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
    refresh: async ({ name }) => (server.contents.has(name) ? server.describe(name) : undefined),
    stallTimeoutMs: 300,
    ...options,
  });

/** Faults the first `times` requests. */
const firstly = (times: number, fault: Fault): Fault => {
  let left = times;
  return (...request) => left-- > 0 && fault(...request);
};

const small = () => server.put('a.bin', someBytes(200_000));
const large = () => server.put('large.bin', someBytes(40 << 20));
const isRight = (name: string) =>
  readFileSync(join(folder, name)).equals(server.contents.get(name)?.bytes as Buffer);

it('fetches many files of all sizes, each byte right', async () => {
  const files = [0, 1, 65_535, 65_536, 1_000_000].flatMap((size, index) =>
    Array.from({ length: 5 }, (_, each) =>
      server.put(`dir-${index}/file-${each}.bin`, someBytes(size, each + 1)),
    ),
  );
  const report = await download([...files, large()]);
  expect(report).toMatchObject({ ok: true, retries: 0 });
  expect(report.files.every(({ name, status }) => status === 'downloaded' && isRight(name))).toBe(
    true,
  );
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
});

it('fetches thousands of small files, and takes no name that is another file’s', async () => {
  const files = Array.from({ length: 1_500 }, (_, index) =>
    server.put(`file-${index}.bin`, someBytes(100, index + 1)),
  );
  // It appears while the files are on their way.
  server.fault = (request) => {
    if (server.nameOf(request) === 'file-9.bin') writeFileSync(join(folder, 'file-9.bin'), 'mine');
    return false;
  };
  const report = await download(files);
  expect(report.files.filter(({ status }) => status !== 'downloaded')).toMatchObject([
    { name: 'file-9.bin', status: 'failed', error: { code: 'exists-different' } },
  ]);
  expect(files.filter(({ name }) => !isRight(name))).toHaveLength(1);
  expect(readFileSync(join(folder, 'file-9.bin'), 'utf8')).toBe('mine');
});

it('leaves alone what is there already and right', async () => {
  const file = small();
  await download([file]);
  const requests = server.requests;
  expect((await download([file])).files[0]).toMatchObject({ status: 'already-there' });
  expect(server.requests).toBe(requests);
});

it('does not overwrite a different file unless told to', async () => {
  const file = small();
  writeFileSync(join(folder, 'a.bin'), 'mine');
  const refused = await download([file]);
  expect(refused).toMatchObject({
    ok: false,
    files: [{ status: 'failed', error: { code: 'exists-different' } }],
  });
  expect(readFileSync(join(folder, 'a.bin'), 'utf8')).toBe('mine');
  expect(await download([file], { overwrite: true })).toMatchObject({ ok: true });
  expect(isRight('a.bin')).toBe(true);
});

it('does not overwrite what appears while the file is on its way', async () => {
  const file = small();
  server.fault = () => {
    writeFileSync(join(folder, 'a.bin'), 'mine');
    return false;
  };
  const report = await download([file]);
  expect(report.files).toMatchObject([{ status: 'failed', error: { code: 'exists-different' } }]);
  expect(readFileSync(join(folder, 'a.bin'), 'utf8')).toBe('mine');
});

it.each<[string, Fault]>([
  [
    '503',
    (_request, response) => (response.writeHead(503, { 'Content-Length': 4 }).end('busy'), true),
  ],
  [
    '429 with Retry-After',
    (_request, response) => (
      response.writeHead(429, { 'Content-Length': 0, 'Retry-After': '0' }).end(),
      true
    ),
  ],
  [
    'a reset in the middle',
    (request, response, body) => {
      response.writeHead(200, { 'Content-Length': body.length });
      response.write(body.subarray(0, body.length / 2), () => request.socket.destroy());
      return true;
    },
  ],
  [
    'a body cut short',
    (request, response, body) => {
      response.writeHead(200, { 'Content-Length': body.length });
      response.write(body.subarray(0, body.length - 1), () => request.socket.end());
      return true;
    },
  ],
  [
    'altered bytes',
    (_request, response, body) => {
      const altered = Buffer.from(body);
      altered[1_000] = (altered[1_000] ?? 0) ^ 1;
      response.writeHead(200, { 'Content-Length': altered.length }).end(altered);
      return true;
    },
  ],
  ['no answer', () => true],
  [
    'an expired link',
    (_request, response) => (response.writeHead(403, { 'Content-Length': 6 }).end('<Err/>'), true),
  ],
  ['no length', (_request, response, body) => (response.writeHead(200), response.end(body), true)],
])('gets over %s', async (_what, fault) => {
  const file = small();
  server.fault = firstly(2, fault);
  const report = await download([file]);
  expect(report).toMatchObject({ ok: true });
  expect(report.retries).toBeGreaterThan(0);
  expect(isRight('a.bin')).toBe(true);
});

it.each<[string, Fault]>([
  [
    'too many bytes each time, in chunks',
    (_request, response, body) => {
      response.writeHead(200).write(body);
      setTimeout(() => response.end('and more'), 5);
      return true;
    },
  ],
  [
    'nearly all bytes each time, in chunks, and never a range',
    (request, response, body) => {
      response.writeHead(200).write(body.subarray(0, body.length - 1));
      setTimeout(() => request.socket.destroy(), 5);
      return true;
    },
  ],
])('does not try for ever to get %s', async (_what, fault) => {
  const file = small();
  server.fault = fault;
  const report = await download([file], { firstWaitMs: 1 });
  expect(report.files).toMatchObject([{ error: { code: 'unexpected-answer' } }]);
  expect(server.requests).toBeLessThan(20);
});

it('asks for a fresh link when the old one has expired', async () => {
  const file = small();
  server.fault = firstly(
    1,
    (_request, response) => (response.writeHead(403, { 'Content-Length': 0 }).end(), true),
  );
  const asked: (string | undefined)[][] = [];
  const first = `${server.url(file.name)}?old`;
  await download([file], {
    urlFor: async ({ name }, why, old) => {
      asked.push([why, old]);
      return why === 'first' ? first : server.url(name);
    },
  });
  expect(asked).toEqual([
    ['first', undefined],
    ['expired', first],
  ]);
});

it('begins anew with a file that has been replaced meanwhile', async () => {
  const old = small();
  server.put('a.bin', someBytes(150_000, 9), '2');
  expect(await download([old])).toMatchObject({ ok: true });
  expect(isRight('a.bin')).toBe(true);
});

it('fails by name when a file is gone, and fetches the others', async () => {
  const gone = small();
  server.contents.delete('a.bin');
  const other = server.put('b.bin', someBytes(10));
  const report = await download([gone, other]);
  expect(report.files).toMatchObject([
    { name: 'a.bin', status: 'failed', error: { code: 'file-gone' } },
    { status: 'downloaded' },
  ]);
  expect(existsSync(join(folder, 'a.bin'))).toBe(false);
});

it('never gives a final name to bytes that stay wrong', async () => {
  const file = small();
  server.fault = (_request, response, body) => {
    const altered = Buffer.from(body);
    altered[0] = (altered[0] ?? 0) ^ 1;
    response.writeHead(200, { 'Content-Length': altered.length }).end(altered);
    return true;
  };
  expect(await download([file])).toMatchObject({
    ok: false,
    files: [{ error: { code: 'checksum-mismatch' } }],
  });
  expect(readdirSync(folder)).toEqual([]);
});

it('lets one transfer at a time work in a folder', async () => {
  const file = large();
  const [first, second] = await Promise.allSettled([download([file]), download([file])]);
  expect(first).toMatchObject({ status: 'fulfilled' });
  expect(second).toMatchObject({ status: 'rejected', reason: { code: 'folder-in-use' } });
});

it('takes over the lock of a dead process', async () => {
  writeFileSync(join(folder, '.outhaul.lock'), '999999999');
  expect(await download([small()])).toMatchObject({ ok: true });
});

it('says that the folder cannot be used', async () => {
  writeFileSync(join(folder, 'file'), '');
  await expect(
    download([small()], { folder: join(folder, 'file', 'below') }),
  ).rejects.toMatchObject({ code: 'folder-unusable' });
});

it.each<[string, number, Fault | undefined]>([
  ['few files', 10, undefined],
  ['many small files', 100, undefined],
  [
    'small files from a server that ends each connection',
    100,
    (_request, response) => (response.setHeader('Connection', 'close'), false),
  ],
  [
    'a server that knows no lengths',
    10,
    (_request, response, body) => (response.writeHead(200).end(body), true),
  ],
])('keeps to a given rate: %s', async (_what, count, fault) => {
  const size = 500_000 / count;
  server.fault = fault;
  const files = Array.from({ length: count }, (_, index) =>
    server.put(`${index}`, someBytes(size)),
  );
  const report = await download(files, { maxBytesPerSecond: 500_000, firstWaitMs: 1 });
  expect(report).toMatchObject({ ok: true });
  expect(report.seconds).toBeGreaterThan(0.6);
});

it('lets nothing that it holds back outlive the transfer', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 100);
  const options = { maxBytesPerSecond: 1_000, signal: abort.signal, stallTimeoutMs: 30_000 };
  expect(await download([small()], options)).toMatchObject({ ok: false });
  // The server has timers of its own, which end soon; a hold would last for minutes.
  for (let tries = 0; timers() > before && tries < 100; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 100).unref());
  expect(timers()).toBeLessThanOrEqual(before);
  // So it is with undici, which takes over where there is no length.
  server.fault = (_request, response, body) => (response.writeHead(200).end(body), true);
  setTimeout(() => abort.abort(), 100);
  const report = await download([server.put('b.bin', someBytes(200_000))], options);
  expect(report.seconds).toBeLessThan(5);
});

it('does not take the time for checking what is there for silence', async () => {
  const bytes = someBytes(200 << 20);
  const present = Array.from({ length: 6 }, (_, index) => server.put(`large-${index}`, bytes));
  writeFileSync(join(folder, 'large-0'), bytes);
  for (const { name } of present.slice(1)) linkSync(join(folder, 'large-0'), join(folder, name));
  server.fault = firstly(
    1,
    (_request, response) => (response.writeHead(503, { 'Content-Length': 0 }).end(), true),
  );
  const options = { connections: 1, giveUpAfterMs: 250, firstWaitMs: 1 };
  expect(await download([...present, small()], options)).toMatchObject({ ok: true, retries: 1 });
});

it('fetches a file without a readable checksum no more than once', async () => {
  const report = await download([{ ...small(), crc32c: 'garbage' }]);
  expect(report.files).toMatchObject([
    { status: 'failed', error: { message: expect.stringContaining('CRC32C') } },
  ]);
  expect(server.requests).toBe(1);
});

it('ends what it has begun when who listens to the progress throws, and then tells', async () => {
  const files = Array.from({ length: 30 }, (_, index) =>
    server.put(`${index}.bin`, someBytes(1_000, index + 1)),
  );
  const onProgress = () => {
    throw new Error('The listener is gone.');
  };
  await expect(download(files, { onProgress })).rejects.toThrow('The listener is gone.');
  expect(files.every(({ name }) => isRight(name))).toBe(true);
});

it('never lets a signed link into an error', async () => {
  server.fault = (_request, response) => (
    response.writeHead(400, { 'Content-Length': 0 }).end(),
    true
  );
  const report = await download([small()]);
  expect(
    JSON.stringify(
      report,
      Object.getOwnPropertyNames(new Error('')).concat('files', 'error', 'details', 'cause'),
    ),
  ).not.toContain('canary');
});
