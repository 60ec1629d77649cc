import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeCrc32c } from '@outhaul/core';
import { crc32cOf } from '@outhaul/core/testing';
import { runCli } from '../support/running-process.js';

const outhaul = join(__dirname, '../../apps/cli/bin/outhaul.mjs');

/** A service with one finished export, whose objects are replaced after the first listing when told to. */
let server: Server;
let folder: string;
let listings: number;
let isReplaced: boolean;
const contentOf = (name: string, generation: number): Buffer =>
  Buffer.alloc(name === 'large.bin' ? 3 << 20 : 1_000, `${name}${generation}`);
const generationNow = () => (isReplaced && listings > 0 ? 2 : 1);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outhaul-progress-'));
  [listings, isReplaced] = [0, false];
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://x');
    if (pathname === '/api/v1/download/x') {
      const files = ['large.bin', 'small.bin'].map((name) => {
        const content = contentOf(name, generationNow());
        return {
          name,
          sizeBytes: content.length,
          crc32c: encodeCrc32c(crc32cOf(content)),
          generation: String(generationNow()),
          url: `${url()}/${name}`,
        };
      });
      listings += 1;
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ id: 'x', files }));
      return;
    }
    if (pathname.startsWith('/api/')) {
      response.writeHead(404).end('{}');
      return;
    }
    const content = contentOf(pathname.slice(1), generationNow());
    response.writeHead(200, {
      'Content-Length': content.length,
      'x-goog-generation': generationNow(),
    });
    response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const env = () => ({
  PATH: process.env['PATH'] ?? '',
  HOME: folder,
  OUTHAUL_SERVER: url(),
  NO_COLOR: '1',
});
const download = (...more: string[]) =>
  runCli(['download', 'x', join(folder, 'files'), ...more], env());

it('writes a line for each file where there is no terminal, and none when quiet', async () => {
  const { code, stderr } = await download();
  const lines = stderr.split('\n').filter(Boolean);
  expect([code, lines.slice(0, -1).sort()]).toEqual([
    0,
    ['✓ large.bin, 3.0 MiB', '✓ small.bin, 1000 B'],
  ]);
  expect(lines.at(-1)).toMatch(/^✓ 2 files, 3\.0 MiB, every checksum right/);
  expect((await download('--quiet')).stderr).toBe('');
});

it('shows each file under way on a terminal', async () => {
  const command = `stty cols 100 rows 40; "${process.execPath}" "${outhaul}" download x files --max-rate 2000000`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    cwd: folder,
    env: { ...env(), TERM: 'xterm' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let screen = '';
  child.stdout.on('data', (text: Buffer) => (screen += text.toString()));
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
  const shares = [...screen.matchAll(/ (\d+) % {2}[\d.]+ \w+ of 3\.0 MiB {2}large\.bin/g)];
  expect(new Set(shares.map(([, share]) => share)).size).toBeGreaterThan(3);
  expect(screen).toMatch(/… \d\/2 files, .* s left/);
  expect(screen).toContain('every checksum right');
});

it('tells that a file was replaced on the server and is begun anew', async () => {
  isReplaced = true;
  const { code, stderr } = await download();
  expect([code, stderr]).toEqual([
    0,
    expect.stringMatching(/↻ large\.bin is begun anew\. .*replaced meanwhile/),
  ]);
  const found = readFileSync(join(folder, 'files/large.bin'));
  expect(found.equals(contentOf('large.bin', 2))).toBe(true);
});
