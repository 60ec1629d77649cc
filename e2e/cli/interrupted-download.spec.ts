import { spawn, spawnSync } from 'node:child_process';
import { createCipheriv } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { combineCrc32c, encodeCrc32c } from '@outhaul/core';

const outhaul = join(__dirname, '../../apps/cli/bin/outhaul.mjs');
const mebibyte = 1 << 20;
const pageBytes = 4_096;
const partOfLarge = (folder: string): string => join(folder, '.outhaul-large.bin.part');
const block = createCipheriv('aes-128-ctr', Buffer.alloc(16, 3), Buffer.alloc(16)).update(
  Buffer.alloc(mebibyte),
);

/** Serves one finished export: a large file and some small ones. Counts the bytes that were asked for, and sent. */
class OneExport {
  askedBytes = 0;
  sentBytes = 0;
  readonly sizes: Readonly<Record<string, number>>;
  private readonly server: Server;

  private constructor(largeMiB: number) {
    this.sizes = { 'large.bin': largeMiB, 'small-1.bin': 1, 'small-2.bin': 1, 'small-3.bin': 1 };
    this.server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://x');
      if (pathname === '/api/v1/download/x') {
        response.writeHead(200, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify({ id: 'x', files: this.list() }));
        return;
      }
      const total = (this.sizes[pathname.slice(1)] ?? 0) * mebibyte;
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
      const [start, end] = from === undefined ? [0, total] : [Number(from), Number(to) + 1];
      response.writeHead(from === undefined ? 200 : 206, {
        'Content-Length': end - start,
        ...(from === undefined ? {} : { 'Content-Range': `bytes ${start}-${end - 1}/${total}` }),
      });
      this.askedBytes += end - start;
      this.send(response, start, end);
    });
  }

  static async start(largeMiB = 96): Promise<OneExport> {
    const one = new OneExport(largeMiB);
    await new Promise<void>((done) => one.server.listen(0, '127.0.0.1', done));
    return one;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  isRight(folder: string, name: string): boolean {
    const found = readFileSync(join(folder, name));
    const size = (this.sizes[name] ?? 0) * mebibyte;
    if (found.length !== size) return false;
    for (let at = 0; at < size; at += mebibyte)
      if (!found.subarray(at, at + mebibyte).equals(block)) return false;
    return true;
  }

  /** How many bytes of the large file lie in its temporary file as they should be. */
  rightOnDisk(folder: string): number {
    const path = partOfLarge(folder);
    const found = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    let right = 0;
    for (let at = 0; at < found.length; at += pageBytes) {
      const page = found.subarray(at, at + pageBytes);
      const from = at % mebibyte;
      if (page.equals(block.subarray(from, from + page.length))) right += page.length;
    }
    return right;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private list() {
    return Object.entries(this.sizes).map(([name, blocks]) => ({
      name,
      sizeBytes: blocks * mebibyte,
      crc32c: crcOfBlocks(blocks),
      generation: '1',
      url: `${this.url}/${name}`,
    }));
  }

  private send(response: ServerResponse, start: number, end: number): void {
    let at = start;
    const next = (): void => {
      while (at < end) {
        const from = at % mebibyte;
        const count = Math.min(mebibyte - from, end - at, 64 << 10);
        at += count;
        this.sentBytes += count;
        if (!response.write(block.subarray(from, from + count))) {
          response.once('drain', next);
          return;
        }
      }
      response.end();
    };
    next();
  }
}

/** Bit by bit, and so by another way than the product's. */
function slowCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

const crcOfOne = slowCrc(block);
const crcOfBlocks = (blocks: number): string =>
  encodeCrc32c(
    Array.from({ length: blocks }).reduce<number>(
      (total) => combineCrc32c(total, crcOfOne, mebibyte),
      0,
    ),
  );

let served: OneExport;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outhaul-interrupted-'));
});
afterEach(() => {
  served.stop();
  rmSync(folder, { recursive: true, force: true });
});

const env = () => ({ PATH: process.env['PATH'], HOME: folder, NO_COLOR: '1' });
const args = (into: string, ...more: string[]) => [
  outhaul,
  'download',
  'x',
  into,
  '--server',
  served.url,
  ...more,
];

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

function start(
  program: string,
  list: readonly string[],
  more: Readonly<Record<string, string>> = {},
) {
  const child = spawn(program, list, {
    env: { ...env(), ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (said += text.toString()));
  const ended = new Promise<Ended>((done) => child.once('close', (code) => done({ code, said })));
  return { child, ended };
}

const download = (...list: Parameters<typeof args>) => start(process.execPath, args(...list));

it('survives SIGKILL at any moment, and goes on from what was on disk', async () => {
  served = await OneExport.start();
  const into = join(folder, 'files');
  const allocated = () =>
    (statSync(partOfLarge(into), { throwIfNoEntry: false })?.blocks ?? 0) * 512;
  let kills = 0;
  for (let round = 0; round < 10; round += 1) {
    const { child, ended } = download(into, '--max-rate', '60000000');
    const enough = allocated() + ((round * 7_919) % 23) * 400_000;
    while (allocated() <= enough && child.exitCode === null)
      await new Promise((done) => setTimeout(done, 2));
    child.kill('SIGKILL');
    if ((await ended).code === null) kills += 1;
    const named = readdirSync(into).filter((name) => /\.bin$/.test(name));
    expect(named.filter((name) => !served.isRight(into, name))).toEqual([]);
  }
  expect(kills).toBe(10);
  const onDisk = served.rightOnDisk(into);
  expect(onDisk).toBeGreaterThan(32 * mebibyte);
  const missing = Object.entries(served.sizes)
    .filter(([name]) => !existsSync(join(into, name)))
    .reduce((total, [, size]) => total + size * mebibyte, 0);
  const before = served.askedBytes;
  expect(await download(into).ended).toMatchObject({ code: 0 });
  expect(readdirSync(into).sort()).toEqual(Object.keys(served.sizes).sort());
  expect(Object.keys(served.sizes).every((name) => served.isRight(into, name))).toBe(true);
  // Each of the six ranges is put on record each MiB, and comes in pieces of up to as much.
  const unnoted = 6 * 2 * mebibyte;
  expect(served.askedBytes - before).toBeLessThan(missing - onDisk + unnoted);
});

/** How to run a shell script with a small file system of its own: with root's rights, else those of a user namespace. */
const ownMounts = [['-m'], ['-rm']].find(
  (flags) =>
    spawnSync('unshare', [...flags, 'mount', '-t', 'tmpfs', 'none', tmpdir()]).status === 0,
);
const inShell = (script: string) =>
  start(
    ownMounts ? 'unshare' : 'sh',
    [...(ownMounts ?? []), ...(ownMounts ? ['sh'] : []), '-c', script],
    {
      NODE: process.execPath,
      OUTHAUL: outhaul,
      FOLDER: folder,
      SERVER: served.url,
    },
  ).ended;
const run = '"$NODE" "$OUTHAUL" download x "$FOLDER/files" --server "$SERVER"';

it('says before the first byte that the disk is too small', async () => {
  served = await OneExport.start(40);
  const mount = ownMounts ? 'mount -t tmpfs -o size=8m none "$FOLDER"; ' : '';
  // Without the right to mount, there is no small disk to be had: then a size that no disk has.
  if (!ownMounts) Object.assign(served.sizes, { 'large.bin': 1 << 30 });
  const { code, said } = await inShell(`${mount}${run}; code=$?; ls "$FOLDER/files"; exit $code`);
  expect([code, said]).toEqual([1, expect.stringMatching(/The files need .* and .* has room for/)]);
  expect(said).not.toContain('.bin');
  expect(served.sentBytes).toBe(0);
});

it('goes on where there is room for just what is missing', async () => {
  served = await OneExport.start(40);
  const lines = [
    'mount -t tmpfs -o size=80m none "$FOLDER"',
    `${run} --max-rate 15000000 --quiet & sleep 1.5; kill -9 $!; wait`,
    'held=$(du -sk "$FOLDER/files" | cut -f 1)',
    'free=$(df -Pk "$FOLDER" | tail -1 | tr -s " " | cut -d " " -f 4)',
    // What is missing of 43 MiB, and one more.
    'head -c $((1024 * (free - 44 * 1024 + held))) /dev/zero > "$FOLDER/others"',
    'test "$held" -gt 4096 && test -e "$FOLDER/files/.outhaul-large.bin.part"',
  ];
  const { code, said } = await inShell(ownMounts ? `${lines.join('\n')} && ${run}` : run);
  expect([code, said]).toEqual([0, expect.stringContaining('every checksum right')]);
});

it('stops with a clear word when the disk fills up, and goes on when there is room', async () => {
  served = await OneExport.start(40);
  const limit = 'ulimit -f 20480; ';
  const full = await inShell(`${limit}${run}`);
  expect(full).toEqual({ code: 5, said: expect.stringContaining('There is no room left') });
  const into = join(folder, 'files');
  const there = readdirSync(into).filter((name) => !name.startsWith('.'));
  expect(there.filter((name) => !served.isRight(into, name))).toEqual([]);
  expect(there).not.toContain('large.bin');
  expect(await download(into).ended).toMatchObject({ code: 0 });
  expect(served.isRight(into, 'large.bin')).toBe(true);
});

it('says that a folder may not be written', async () => {
  served = await OneExport.start(1);
  const lock = ownMounts ? 'mount -t tmpfs -o ro none "$FOLDER"; ' : 'chmod 500 "$FOLDER"; ';
  const { code, said } = await inShell(
    `${lock}${run}; code=$?; chmod 700 "$FOLDER" 2>&1 | true; exit $code`,
  );
  expect([code, said]).toEqual([1, expect.stringContaining('may not be written')]);
});

it('says that the folder has gone while it was at work', async () => {
  served = await OneExport.start();
  const into = join(folder, 'files');
  const { child, ended } = download(into, '--max-rate', '40000000');
  while (served.sentBytes < 8 * mebibyte && child.exitCode === null)
    await new Promise((done) => setTimeout(done, 5));
  rmSync(into, { recursive: true });
  expect(await ended).toEqual({ code: 5, said: expect.stringContaining('is gone') });
  expect(existsSync(into)).toBe(false);
});

it('lets one of two downloads into one folder win', async () => {
  served = await OneExport.start(40);
  const into = join(folder, 'files');
  const both = await Promise.all([1, 2].map(() => download(into, '--max-rate', '30000000').ended));
  expect(both.map(({ code }) => code).sort()).toEqual([0, 1]);
  expect(both.find(({ code }) => code === 1)?.said).toContain('Another download');
  expect(served.isRight(into, 'large.bin')).toBe(true);
});

it('replaces a different file only when told to', async () => {
  served = await OneExport.start(1);
  writeFileSync(join(folder, 'large.bin'), 'mine');
  expect(await download(folder).ended).toMatchObject({ code: 5 });
  expect(readFileSync(join(folder, 'large.bin'), 'utf8')).toBe('mine');
  expect(await download(folder, '--overwrite').ended).toMatchObject({ code: 0 });
  expect(served.isRight(folder, 'large.bin')).toBe(true);
});
