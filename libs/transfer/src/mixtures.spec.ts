import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { faultMakers } from '../testing/faults.js';
import { FileServer, someBytes } from '../testing/file-server.js';
import { ProxyServer } from '../testing/proxy-server.js';
import { Seeded } from '../testing/seeded.js';
import { downloadFiles, type TransferOptions, type TransferReport } from './index.js';

const schedules = 120;
const atOnce = 30;
/** What costs seconds each time has seeds of its own in faults.spec.ts. */
const kinds = Object.keys(faultMakers).filter(
  (kind) => kind !== 'a slow trickle' && kind !== 'no answer at all',
);
const mine = Buffer.from('mine');

jest.setTimeout(60_000);

/** Many files, several kinds of faults, several runs that are stopped, and all options at random; `seed` decides. */
class Schedule {
  readonly seeded: Seeded;
  readonly folder = mkdtempSync(join(tmpdir(), 'mixtures-'));
  readonly problems: string[] = [];
  /** All that the server has held under a name. */
  private readonly held = new Map<string, Buffer[]>();
  private readonly settings: Partial<TransferOptions>;
  private readonly isShaky: boolean;

  private constructor(
    seed: number,
    readonly server: FileServer,
    readonly proxy: ProxyServer,
  ) {
    const seeded = (this.seeded = new Seeded(seed));
    const count = seeded.pick([1, 3, 40]);
    for (let index = 0; index < count; index += 1) {
      const size = seeded.pick([0, 1, seeded.whole(0, 3_000), seeded.whole(0, 200_000)]);
      const bytes = someBytes(size, seed * 100 + index);
      server.put(`${index}.bin`, bytes, '1');
      this.held.set(`${index}.bin`, [bytes]);
      if (seeded.next() < 0.05) writeFileSync(join(this.folder, `${index}.bin`), mine);
    }
    this.isShaky = seeded.next() < 0.3;
    this.settings = {
      rangeBytes: seeded.pick([8_192, 65_536]),
      connections: seeded.pick([1, 3, 16]),
      overwrite: seeded.next() < 0.5,
      maxBytesPerSecond: seeded.next() < 0.1 ? 2_000_000 : undefined,
      proxy: seeded.next() < 0.1 ? { httpProxy: proxy.url } : undefined,
      headers: seeded.next() < 0.2 ? async () => this.orFails({}) : undefined,
    };
    this.spoil(seeded.pick([0.02, 0.1, 0.4]), seeded.whole(1, 30));
  }

  static async live(seed: number): Promise<string[]> {
    const [server, proxy] = await Promise.all([FileServer.start(), ProxyServer.start()]);
    const schedule = new Schedule(seed, server, proxy);
    try {
      await schedule.runs();
    } finally {
      proxy.stop();
      await server.stop();
      rmSync(schedule.folder, { recursive: true, force: true });
    }
    return schedule.problems.map((problem) => `seed ${seed}: ${problem}`);
  }

  private async runs(): Promise<void> {
    const { seeded, server } = this;
    for (let stops = seeded.whole(0, 3); stops > 0; stops -= 1) {
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(), seeded.pick([1, 10, 60, 200]));
      await this.run({ ...this.settings, signal: abort.signal });
      clearTimeout(timer);
    }
    await this.run(this.settings);
    server.fault = undefined;
    const { rangeBytes, connections } = this.settings;
    const last = await this.run({
      rangeBytes,
      connections,
      overwrite: true,
      stallTimeoutMs: 5_000,
    });
    const names = [...this.held.keys()].sort();
    const left = readdirSync(this.folder).sort();
    if (!last.ok || left.join() !== names.join()) this.problems.push(`ends with ${left.join()}`);
  }

  private async run(options: Partial<TransferOptions>): Promise<TransferReport> {
    const { server, folder, problems } = this;
    const ends: string[] = [];
    let come = 0;
    const report = await downloadFiles(
      [...this.held.keys()].map((name) => server.describe(name)),
      {
        folder,
        urlFor: ({ name }) => (this.isShaky ? this.orFails(server.url(name)) : server.url(name)),
        refresh: async ({ name }) => this.orFails(server.describe(name)),
        stallTimeoutMs: 150,
        firstWaitMs: 2,
        onProgress: ({ bytesDone, finished }) => {
          come = bytesDone;
          if (come < 0) problems.push('less than nothing has come');
          if (finished) ends.push(finished.name);
        },
        ...options,
      },
    );
    if (ends.sort().join() !== [...this.held.keys()].sort().join())
      problems.push('not every file has ended just once');
    const all = report.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    if (report.ok && come !== all) problems.push(`${come} bytes are told of ${all}`);
    for (const { name, status } of report.files) this.look(name, status !== 'failed');
    return report;
  }

  /** What lies under a final name is what the server holds or has held, or what has been there before. */
  private look(name: string, isThere: boolean): void {
    const path = join(this.folder, name);
    const found = existsSync(path) ? readFileSync(path) : undefined;
    const isHeld = found !== undefined && this.held.get(name)?.some((bytes) => bytes.equals(found));
    if (!isHeld && (isThere || (found && !found.equals(mine))))
      this.problems.push(`${name} is wrong`);
  }

  private async orFails<T>(value: T): Promise<T> {
    await sleep(this.seeded.whole(0, 10));
    if (this.isShaky && this.seeded.next() < 0.1) throw new Error('Not now.');
    return value;
  }

  private spoil(share: number, most: number): void {
    const { seeded, server } = this;
    const some = Array.from({ length: seeded.whole(1, 4) }, () => seeded.pick(kinds));
    let left = most;
    server.fault = (request, response, body) => {
      if (left <= 0 || seeded.next() >= share || response.writableEnded) return false;
      left -= 1;
      const isAnswered = faultMakers[seeded.pick(some)]?.(seeded, server)(request, response, body);
      const name = server.nameOf(request);
      this.held.get(name)?.push(server.contents.get(name)?.bytes as Buffer);
      return isAnswered === true;
    };
  }
}

it('ends complete and verified after any mixture of faults, stops and options', async () => {
  const seeds = Array.from({ length: schedules }, (_, index) => index + 1);
  const problems: string[] = [];
  const live = async (): Promise<void> => {
    for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift())
      problems.push(...(await Schedule.live(seed)));
  };
  await Promise.all(Array.from({ length: atOnce }, live));
  expect(problems).toEqual([]);
});
