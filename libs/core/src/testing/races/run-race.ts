import { isAppError } from '../../errors.js';
import { makeExporter } from '../../make-exporter.js';
import { type FileStore } from '../../ports/file-store.js';
import { type Outcome } from '../../record.js';
import { type Warehouse } from '../../ports/warehouse.js';
import { aBench, aRequest, type Bench } from '../builders.js';
import { Intruder } from './intruder.js';
import { type Chance, seeded } from './seeded.js';
import { rowsOf, type Shape, tableOf } from './shapes.js';

export interface RaceResult {
  readonly outcome: string;
  /** Files that were handed out, and whether the whole of a download was. */
  readonly handedOut: number;
  readonly refused: number;
  /** What must never be. */
  readonly wrong: readonly string[];
  readonly story: readonly string[];
}

/** An export that no one has disturbed. */
export interface CleanRun {
  /** What it has had below its prefix at any time, by name. */
  readonly contents: ReadonlyMap<string, string>;
  /** What it hands out beside the manifest, whose generations and instants are its own. */
  readonly files: ReadonlyMap<string, string>;
  /** Calls of the service until its end and through one download. */
  readonly calls: number;
}

const allowed = new Set(['files-changed', 'verification-failed']);

/** The store, or the warehouse, of which each call is preceded by `before`. */
function preceded<T extends object>(port: T, before: (call: string) => Promise<void>): T {
  return new Proxy(port, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member !== 'function') return member;
      const name = String(key);
      if (name === 'openRead')
        return async function* (...args: unknown[]) {
          await before(name);
          yield* member.apply(target, args) as AsyncIterable<Uint8Array>;
        };
      return async (...args: unknown[]) => {
        await before(name);
        return member.apply(target, args) as unknown;
      };
    },
  });
}

function benchOf(shape: Shape): Bench {
  const bench = aBench(tableOf(shape), rowsOf(shape));
  bench.warehouse.rowsPerShard = shape.rowsPerShard;
  bench.warehouse.queryFields = tableOf(shape).fields;
  return bench;
}

async function start(bench: Bench, shape: Shape): Promise<{ id: string; prefix: string }> {
  const { id } = await bench.exporter.start(bench.owner, aRequest(shape.request));
  return { id, prefix: `exports/${id}/try-1/` };
}

/** The export without anyone who disturbs it. */
export async function runClean(shape: Shape): Promise<CleanRun> {
  const bench = benchOf(shape);
  const { id, prefix } = await start(bench, shape);
  const contents = new Map<string, string>();
  const put = bench.files.put.bind(bench.files);
  bench.files.put = async (bucket, name, ...rest) => {
    const file = await put(bucket, name, ...rest);
    contents.set(name.slice(prefix.length), await bench.files.readText(bucket, name));
    return file;
  };
  let calls = 0;
  const disturbed = disturbable(bench, async () => void (calls += 1));
  await disturbed.toItsEnd(id);
  const links = await disturbed.exporter.signDownloads(disturbed.owner, id);
  const files = new Map<string, string>();
  for (const { name } of links)
    if (name !== 'manifest.json')
      files.set(name, await bench.files.readText('files', prefix + name));
  return { contents, files, calls };
}

/** The bench's exporter, with something that happens before each of its calls. */
function disturbable(bench: Bench, before: (call: string) => Promise<void>) {
  const files = preceded<FileStore>(bench.files, before);
  const warehouse = preceded<Warehouse>(bench.warehouse, before);
  const exporter = makeExporter({ ...bench.deps, files, service: warehouse });
  const owner = { ...bench.owner, warehouse };
  const toItsEnd = async (id: string): Promise<Outcome | undefined> => {
    for (let calls = 0; calls < 60; calls += 1) {
      const { outcome } = await exporter.advance(id, owner);
      if (outcome) return outcome;
      bench.surroundings.now += 10_000;
    }
    return undefined;
  };
  return { exporter, owner, toItsEnd };
}

/** One export that `seed` disturbs before calls of the service, to its end and through its downloads. */
export async function runRace(seed: number, shape: Shape, clean: CleanRun): Promise<RaceResult> {
  const chance = seeded(seed);
  const bench = benchOf(shape);
  const intruder = new Intruder(bench.files, chance);
  const moments = drawMoments(chance, clean.calls);
  let call = 0;
  const { id, prefix } = await start(bench, shape);
  const wrong: string[] = [];
  const before = async (name: string): Promise<void> => {
    call += 1;
    if (!moments.has(call)) return;
    const { figures } = (await bench.records.read(id)).value;
    intruder.story.push(`before call ${call}, ${name}:`);
    await intruder.act({
      prefix,
      contents: clean.contents,
      isTaken: figures.shards !== undefined,
      hasFingerprint: shape.request.verify === 'fingerprint',
    });
  };
  const { exporter, owner, toItsEnd } = disturbable(bench, before);
  const outcome = await toItsEnd(id);
  if (!outcome) wrong.push('did not end');
  if (outcome?.state === 'failed' && !allowed.has(outcome.error.code))
    wrong.push(`failed with ${outcome.error.code}: ${outcome.error.message}`);
  let handedOut = 0;
  let refused = 0;
  for (let tries = 0; outcome?.state === 'succeeded' && tries < 4; tries += 1) {
    try {
      const manifest = await exporter.manifest(owner, id);
      const links = await exporter.signDownloads(owner, id);
      const expected = new Set(clean.files.keys());
      for (const { name, file } of links) {
        handedOut += 1;
        const text = await readAt(bench, file);
        // The generation is gone: the link leads nowhere.
        if (text === undefined) continue;
        if (name === 'manifest.json' && text !== `${JSON.stringify(manifest, null, 2)}\n`)
          wrong.push('another manifest was handed out');
        if (expected.delete(name) && text !== clean.files.get(name))
          wrong.push(`${name} was handed out as verified, and is not what was exported`);
      }
      if (links.length !== clean.files.size + 1) wrong.push(`${links.length} files`);
    } catch (error) {
      refused += 1;
      if (!isAppError(error, 'files-changed')) wrong.push(`a download was refused with ${error}`);
    }
  }
  const code = outcome?.state === 'failed' ? outcome.error.code : (outcome?.state ?? 'none');
  return { outcome: code, handedOut, refused, wrong, story: intruder.story };
}

/** One to three calls of the export, and of the downloads after it. */
function drawMoments(chance: Chance, calls: number): ReadonlySet<number> {
  const all = Array.from({ length: calls + 10 }, (_, at) => at + 1);
  return new Set(Array.from({ length: chance.pick([1, 1, 2, 3]) }, () => chance.pick(all)));
}

/** What the holder of a link gets. */
async function readAt(
  { files }: Bench,
  file: { bucket: string; name: string; generation: string },
): Promise<string | undefined> {
  const present = await files.stat(file.bucket, file.name);
  return present?.generation === file.generation
    ? files.readText(file.bucket, file.name)
    : undefined;
}
