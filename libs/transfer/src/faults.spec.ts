import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultMakers } from '../testing/faults.js';
import { FileServer, someBytes } from '../testing/file-server.js';
import { Seeded } from '../testing/seeded.js';
import { downloadFiles, type RemoteFile, transferErrorCodes } from './index.js';

/** Seeds of each kind; the kinds times these are more than 1,000 downloads. */
const seedsPerKind = 70;
const atOnce = 35;

jest.setTimeout(60_000);

/** One server, one folder, some files, and a fault at some of the requests; `seed` decides everything. */
class Scenario {
  private constructor(
    readonly seeded: Seeded,
    readonly server: FileServer,
    readonly folder: string,
    readonly files: readonly RemoteFile[],
  ) {}

  static async begin(seed: number): Promise<Scenario> {
    const seeded = new Seeded(seed);
    const server = await FileServer.start();
    const files = Array.from({ length: seeded.whole(1, 4) }, (_, index) => {
      const size = seeded.pick([0, 1, seeded.whole(2, 9_000), seeded.whole(40_000, 120_000)]);
      return server.put(`dir/${index}.bin`, someBytes(size, seed * 10 + index), '1');
    });
    return new Scenario(seeded, server, mkdtempSync(join(tmpdir(), 'faults-')), files);
  }

  download(signal?: AbortSignal) {
    return downloadFiles(this.files, {
      folder: this.folder,
      urlFor: async ({ name }) => this.server.url(name),
      refresh: async ({ name }) => this.server.describe(name),
      rangeBytes: 16_384,
      stallTimeoutMs: 120,
      firstWaitMs: 4,
      signal,
    });
  }

  /** Each file under a final name is, byte for byte, one that the server holds or has held. */
  wrongFiles(everHeld: ReadonlyMap<string, readonly Buffer[]>): string[] {
    return this.files
      .map(({ name }) => name)
      .filter((name) => existsSync(join(this.folder, name)))
      .filter((name) => {
        const found = readFileSync(join(this.folder, name));
        return !everHeld.get(name)?.some((bytes) => bytes.equals(found));
      });
  }

  /** Whether every file is there as the server holds it now, and nothing else. */
  isComplete(): boolean {
    const left = readdirSync(this.folder, { recursive: true }).map(String).sort();
    const wanted = ['dir', ...this.files.map(({ name }) => name)].sort();
    return (
      JSON.stringify(left) === JSON.stringify(wanted) &&
      this.files.every(({ name }) =>
        readFileSync(join(this.folder, name)).equals(
          this.server.contents.get(name)?.bytes as Buffer,
        ),
      )
    );
  }

  async end(): Promise<void> {
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function live(kind: string, seed: number): Promise<'complete' | 'resumed'> {
  const scenario = await Scenario.begin(seed);
  const { seeded, server } = scenario;
  try {
    const everHeld = new Map(scenario.files.map(({ name }) => [name, [bytesOf(server, name)]]));
    const make = faultMakers[kind]!;
    const lasting = seeded.next() < 0.3;
    let left = lasting ? Infinity : seeded.whole(1, 5);
    server.fault = (request, response, body) => {
      if (left <= 0 || seeded.next() < (lasting ? 0 : 0.4)) return false;
      left -= 1;
      const isAnswered = make(seeded, server)(request, response, body);
      const name = server.nameOf(request);
      everHeld.get(name)?.push(bytesOf(server, name));
      return isAnswered;
    };
    const abort = new AbortController();
    if (seeded.next() < 0.2) setTimeout(() => abort.abort(), seeded.whole(1, 60));
    const report = await scenario.download(abort.signal);
    expect(scenario.wrongFiles(everHeld)).toEqual([]);
    if (report.ok && kind !== 'an object replaced in between')
      expect(scenario.isComplete()).toBe(true);
    for (const { status, error } of report.files)
      if (status === 'failed') expect(transferErrorCodes).toContain(error?.code);
    if (report.ok) return 'complete';
    server.fault = undefined;
    const again = await downloadFiles(
      scenario.files.map(({ name }) => server.describe(name)),
      {
        folder: scenario.folder,
        urlFor: async ({ name }) => server.url(name),
        rangeBytes: 16_384,
        overwrite: kind === 'an object replaced in between',
      },
    );
    expect(again).toMatchObject({ ok: true });
    expect(scenario.isComplete()).toBe(true);
    return 'resumed';
  } catch (error) {
    throw new Error(`seed ${seed} of ${kind}: ${(error as Error).message}`, { cause: error });
  } finally {
    await scenario.end();
  }
}

const bytesOf = (server: FileServer, name: string): Buffer =>
  server.contents.get(name)?.bytes as Buffer;

it.each(Object.keys(faultMakers))(
  'ends complete and verified, or with an error and resumable: %s',
  async (kind) => {
    const seeds = Array.from({ length: seedsPerKind }, (_, index) => index + 1);
    const ends: string[] = [];
    const runLane = async (): Promise<void> => {
      for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift())
        ends.push(await live(kind, seed));
    };
    await Promise.all(Array.from({ length: atOnce }, runLane));
    expect(ends).toHaveLength(seedsPerKind);
  },
);

it('is a thousand downloads and more', () => {
  expect(Object.keys(faultMakers).length * seedsPerKind).toBeGreaterThan(1_000);
});
