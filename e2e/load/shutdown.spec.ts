import { get, type IncomingMessage } from 'node:http';
import { type Export } from '@outhaul/api-client';
import { WholeSystem } from '../support/whole-system.js';

const watchers = 100;
const exports = 5;

let system: WholeSystem;
beforeAll(async () => {
  const port = String(20_000 + Math.floor(Math.random() * 20_000));
  // One address before and after, as behind a load balancer; small shards, so that exports take a while.
  system = await WholeSystem.start(
    {
      PORT: port,
      // All watchers are one caller here.
      OUTHAUL_STREAMS_PER_CALLER: '0',
      OUTHAUL_REQUESTS_PER_MINUTE: '0',
    },
    ['--shard-bytes', '1000000'],
  );
});
let isOver = false;
afterAll(() => {
  isOver = true;
  return system.stop();
});

/** One watcher: keeps to the stream across connections as browsers do, by the last event's id. */
class Watcher {
  readonly revisions: number[] = [];
  connections = 0;
  last?: Export;

  constructor(private readonly id: string) {}

  async untilEnd(): Promise<void> {
    while (!this.last?.outcome && !isOver) {
      await this.connect().catch(() => undefined);
      if (!this.last?.outcome) await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  private connect(): Promise<void> {
    const lastEventId = this.revisions.at(-1);
    const headers = lastEventId === undefined ? {} : { 'Last-Event-ID': String(lastEventId) };
    return new Promise((resolve, reject) => {
      get(`${system.url}/api/v1/status/${this.id}/events`, { headers }, (answer) => {
        if (answer.statusCode !== 200) {
          answer.resume();
          reject(new Error(`status ${answer.statusCode}`));
          return;
        }
        this.connections += 1;
        this.read(answer, resolve);
      }).on('error', reject);
    });
  }

  private read(answer: IncomingMessage, done: () => void): void {
    let text = '';
    answer.setEncoding('utf8');
    answer.on('data', (chunk: string) => {
      text += chunk;
      const frames = text.split('\n\n');
      text = frames.pop() ?? '';
      for (const frame of frames) {
        const [, id, data] = /^id: (\d+)\n.*\ndata: (.*)$/m.exec(frame) ?? [];
        if (id === undefined) continue;
        this.revisions.push(Number(id));
        this.last = JSON.parse(data ?? '') as Export;
      }
    });
    answer.on('error', () => undefined);
    answer.on('close', done);
  }
}

it('loses no watcher when it is told to end and another takes its place', async () => {
  const ids: string[] = [];
  for (let index = 0; index < exports; index += 1) {
    const { id } = await system.startExport({
      source: { type: 'table', dataset: 'samples', table: 'flights' },
      format: 'parquet',
    });
    ids.push(id);
  }
  const crowd = Array.from(
    { length: watchers },
    (_, index) => new Watcher(ids[index % exports] ?? ''),
  );
  const ends = crowd.map((watcher) => watcher.untilEnd());
  while (crowd.some(({ revisions }) => revisions.length === 0))
    await new Promise((resolve) => setTimeout(resolve, 10));
  await system.restartApi();
  await Promise.all(ends);
  const wrong = crowd.filter(
    ({ last, revisions, connections }) =>
      last?.outcome?.state !== 'succeeded' ||
      connections < 2 ||
      // Each state once and in order, across both connections.
      revisions.some((revision, index) => index > 0 && revision <= (revisions[index - 1] ?? 0)),
  );
  expect(wrong.map(({ revisions, last }) => [revisions, last?.state])).toEqual([]);
});
