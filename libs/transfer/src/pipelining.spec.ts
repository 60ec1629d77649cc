import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { someBytes } from '../testing/file-server.js';
import { crc32c, downloadFiles, encodeCrc32c } from './index.js';

/** Answers byte strings over bare sockets; `serve` gets the names that were asked for with each piece that comes in. */
class BareServer {
  /** The most requests that one piece has held. */
  mostTogether = 0;
  connections = 0;
  readonly contents = new Map<string, Buffer>();
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  constructor(serve: (socket: Socket, names: readonly string[], connection: number) => void) {
    this.server = createServer((socket) => {
      const connection = (this.connections += 1);
      this.sockets.add(socket.on('error', () => undefined));
      socket.on('data', (piece) => {
        const heads = piece.toString('latin1').split('\r\n\r\n').slice(0, -1);
        this.mostTogether = Math.max(this.mostTogether, heads.length);
        const names = heads.map((head) => /^GET \/(\S+) HTTP\/1\.1\r\n/.exec(head)?.[1] ?? '');
        serve(socket, names, connection);
      });
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
  }

  put(name: string, bytes: Buffer) {
    this.contents.set(name, bytes);
    return { name, sizeBytes: bytes.length, crc32c: encodeCrc32c(crc32c(bytes)) };
  }

  answer(name: string, more = ''): Buffer {
    const bytes = this.contents.get(name) ?? Buffer.alloc(0);
    return Buffer.concat([
      Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes.length}\r\n${more}\r\n`),
      bytes,
    ]);
  }

  url(name: string): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/${name}`;
  }

  stop(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}

let server: BareServer;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'transfer-'));
});
afterEach(() => {
  server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function fetchAll(options: { count?: number; connections?: number } = {}) {
  await server.start();
  const files = Array.from({ length: options.count ?? 40 }, (_, index) =>
    server.put(`${index}.bin`, someBytes(index === 7 ? 0 : 900 + index, index + 1)),
  );
  const report = await downloadFiles(files, {
    folder,
    urlFor: async ({ name }) => server.url(name),
    connections: options.connections ?? 1,
    firstWaitMs: 2,
    stallTimeoutMs: 1_000,
  });
  const right = files.filter(({ name }) =>
    readFileSync(join(folder, name)).equals(server.contents.get(name) as Buffer),
  );
  return { report, right: right.length };
}

it('asks for small files together, once the connection has brought a whole answer', async () => {
  const pieces: number[] = [];
  server = new BareServer((socket, names) => {
    pieces.push(names.length);
    socket.write(Buffer.concat(names.map((name) => server.answer(name))));
  });
  expect(await fetchAll()).toMatchObject({ right: 40, report: { ok: true, retries: 0 } });
  expect([pieces[0], server.mostTogether, server.connections]).toEqual([1, 16, 1]);
});

it('reads answers that come in pieces of any size', async () => {
  server = new BareServer((socket, names) => {
    const bytes = Buffer.concat(names.map((name) => server.answer(name)));
    for (let at = 0; at < bytes.length; at += 37) socket.write(bytes.subarray(at, at + 37));
  });
  expect(await fetchAll()).toMatchObject({ right: 40, report: { ok: true, retries: 0 } });
});

it('asks once more for what an announced end of the connection has left out', async () => {
  server = new BareServer((socket, names) => {
    const [last = '', ...before] = names.slice(0, 3).reverse();
    const whole = before.reverse().map((name) => server.answer(name));
    socket.end(Buffer.concat([...whole, server.answer(last, 'Connection: close\r\n')]));
  });
  expect(await fetchAll()).toMatchObject({ right: 40, report: { ok: true, retries: 0 } });
  expect(server.connections).toBeGreaterThan(10);
});

it('pipelines no more with a server that loses answers so', async () => {
  let lost = 0;
  server = new BareServer((socket, names) => {
    if (names.length === 1) socket.write(server.answer(names[0] as string));
    else {
      lost += 1;
      socket.resetAndDestroy();
    }
  });
  expect(await fetchAll()).toMatchObject({ right: 40, report: { ok: true } });
  expect(lost).toBe(1);
});

it('pipelines no more with a server that keeps silent then', async () => {
  let silent = 0;
  server = new BareServer((socket, names) => {
    if (names.length === 1) socket.write(server.answer(names[0] as string));
    else silent += 1;
  });
  expect(await fetchAll()).toMatchObject({ right: 40, report: { ok: true } });
  expect(silent).toBe(1);
});

it('takes no bytes that nobody has asked for', async () => {
  server = new BareServer((socket, names) => {
    const answers = names.map((name) => server.answer(name));
    socket.write(Buffer.concat([...answers, Buffer.from('HTTP/1.1 200 OK\r\n\r\n')]));
  });
  expect(await fetchAll({ count: 3 })).toMatchObject({ right: 3, report: { ok: true } });
  expect(server.connections).toBeGreaterThan(1);
});

it('shares few files among the connections', async () => {
  server = new BareServer((socket, names) =>
    socket.write(Buffer.concat(names.map((name) => server.answer(name)))),
  );
  await fetchAll({ count: 4, connections: 4 });
  expect([server.connections, server.mostTogether]).toEqual([4, 1]);
});
