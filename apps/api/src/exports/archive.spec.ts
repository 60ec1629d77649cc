import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { encodeCrc32c, type FileDownload } from '@outhaul/core';
import { crc32cOf } from './archive-crc32c.js';
import { makeArchive } from './archive-stream.js';

const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 31) % 251));

let server: Server;
/** How many bytes the server sends before it breaks the connection off, request by request. */
let cuts: number[] = [];
let altered = false;
const ranges: (string | undefined)[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    ranges.push(request.headers.range);
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const body = Buffer.from(content.subarray(from));
    if (altered) body[0] = (body[0] ?? 0) ^ 1;
    const cut = cuts.shift();
    response.writeHead(from > 0 ? 206 : 200, { 'Content-Length': body.length });
    if (cut === undefined) response.end(body);
    else response.write(body.subarray(0, cut), () => setTimeout(() => response.destroy(), 20));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
beforeEach(() => {
  cuts = [];
  altered = false;
  ranges.length = 0;
});
afterAll(() => server.close());

const aDownload = (name: string): FileDownload => ({
  name,
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${encodeURIComponent(name)}`,
  expiresAt: '2030-01-01T00:00:00Z',
  file: {
    bucket: 'b',
    name: `exports/x/${name}`,
    sizeBytes: content.length,
    crc32c: encodeCrc32c(crc32cOf(content)),
    generation: '1',
  },
});
const archiveOf = (...names: string[]) =>
  makeArchive(names.map(aDownload), new Date('2026-01-02T03:04:06'), new AbortController().signal);

it('knows the CRC32C of the standard’s check text', () =>
  expect(crc32cOf(Buffer.from('123456789'))).toBe(0xe3069283));

it('makes a zip of exactly the announced size that another program reads', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outhaul-zip-'));
  try {
    const { bytes, sizeBytes } = await archiveOf('a-000000000000.csv', 'ä 漢字.csv');
    const zip = await buffer(bytes);
    expect(zip.length).toBe(sizeBytes);
    writeFileSync(join(folder, 'all.zip'), zip);
    const script = 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])';
    const { status, stderr } = spawnSync('python3', [
      '-c',
      script,
      join(folder, 'all.zip'),
      folder,
    ]);
    expect([status, String(stderr)]).toEqual([0, '']);
    for (const name of ['a-000000000000.csv', 'ä 漢字.csv'])
      expect(readFileSync(join(folder, name)).equals(content)).toBe(true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('goes on where a connection broke', async () => {
  cuts = [1_000, 70_000];
  const { bytes, sizeBytes } = await archiveOf('a.csv');
  const zip = await buffer(bytes);
  expect(zip.length).toBe(sizeBytes);
  expect(zip.includes(content)).toBe(true);
  expect(ranges).toEqual([undefined, 'bytes=1000-', 'bytes=71000-']);
});

it('breaks off when a file has not the bytes that were exported', async () => {
  altered = true;
  const { bytes } = await archiveOf('a.csv');
  await expect(buffer(bytes)).rejects.toThrow('a.csv has not the bytes that were exported');
});
