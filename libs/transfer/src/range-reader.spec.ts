import { type AddressInfo, createServer, type Server } from 'node:net';
import { type RangeRequest } from './exchange.js';
import { RangeReader } from './range-reader.js';

/** Asks for 100 bytes, and keeps what it is told. */
class Asker implements RangeRequest {
  bytes = '';
  readonly told: (Error | undefined)[] = [];
  readonly stallTimeoutMs = 5_000;
  private tell?: () => void;
  readonly end = new Promise<void>((resolve) => (this.tell = resolve));

  constructor(readonly address: RangeRequest['address']) {}

  accept(): number {
    return 100;
  }

  onBytes(bytes: Uint8Array): number {
    this.bytes += Buffer.from(bytes).toString();
    return 0;
  }

  ended(error?: Error): void {
    this.told.push(error);
    this.tell?.();
  }
}

let server: Server;
let reader: RangeReader;
const addressOf = (scheme: string) => {
  const { port } = server.address() as AddressInfo;
  return { server: new URL(`${scheme}://127.0.0.1:${port}`), target: '/x' };
};
afterEach(async () => {
  reader.close();
  await new Promise((done) => server.close(done));
});

it('never takes the answer of another connection for the rest of one that was cut', async () => {
  const answer = `HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n${'a'.repeat(50)}`;
  const second = answer + 'b'.repeat(50);
  let connections = 0;
  let cut: () => void;
  const isHalfThere = new Promise<void>((resolve) => (cut = resolve));
  server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined);
    socket.once('data', () =>
      socket.write(connections === 1 ? answer : second, () => setTimeout(cut, 30)),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  reader = new RangeReader({ buffer: Buffer.alloc(4_096) });
  const [first, next] = [new Asker(addressOf('http')), new Asker(addressOf('http'))];
  const other = { ...next.address, server: first.address.server };
  Object.assign(next, { address: other });
  reader.read(first);
  await isHalfThere;
  // So it is when a write fails at once: the connection is gone, but that is told only a little later.
  await Promise.resolve();
  (reader as unknown as { socket: { destroy(): void } }).socket.destroy();
  reader.read(next);
  await Promise.all([first.end, next.end]);
  expect([first.bytes, first.told]).toEqual(['a'.repeat(50), [expect.any(Error)]]);
  expect([next.bytes, next.told]).toEqual(['a'.repeat(50) + 'b'.repeat(50), [undefined]]);
});

it('tells of a connection that cannot even be begun', async () => {
  server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  reader = new RangeReader({ buffer: Buffer.alloc(4_096), tls: { minVersion: 'nonsense' } });
  const askers = [new Asker(addressOf('https')), new Asker(addressOf('https'))];
  for (const asker of askers) reader.read(asker);
  await Promise.all(askers.map(({ end }) => end));
  const error = expect.objectContaining({ code: 'network' });
  expect(askers.map(({ told }) => told)).toEqual([[error], [error]]);
});
