import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type GoogleAuth } from 'google-auth-library';
import { uploadStream } from './upload-stream.js';

const auth = {
  getClient: async () => ({ getRequestHeaders: async () => ({ Authorization: 'Bearer t' }) }),
} as unknown as GoogleAuth;

const content = Buffer.from(
  Array.from({ length: 20_000_000 }, (_, at) => (at * 7 + (at >> 8)) % 256),
);

async function* pieces(bytes: Buffer, size = 1_000_000) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** The resumable protocol’s server, as far as it decides how much it keeps: `keep` says how many of so many bytes. */
async function withServer<T>(
  keep: (sent: number, round: number) => number,
  use: (base: string, stored: () => Buffer) => Promise<T>,
  isGone: () => boolean = () => false,
): Promise<T> {
  let stored = Buffer.alloc(0);
  let round = 0;
  const answer: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.method === 'POST') {
      response.writeHead(200, { Location: `http://${request.headers.host}/session` }).end();
      return;
    }
    if (request.method === 'PUT' && isGone()) {
      response.writeHead(410).end();
      return;
    }
    if (request.method === 'DELETE') {
      response.writeHead(499).end();
      return;
    }
    const [, first, , total] =
      /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(String(request.headers['content-range'])) ?? [];
    const body = Buffer.concat(chunks);
    if (first !== undefined && Number(first) !== stored.length) {
      response.writeHead(400).end();
      return;
    }
    stored = Buffer.concat([stored, body.subarray(0, keep(body.length, (round += 1)))]);
    if (total !== '*' && Number(total) === stored.length) {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ size: String(stored.length) }));
      return;
    }
    response
      .writeHead(308, stored.length > 0 ? { Range: `bytes=0-${stored.length - 1}` } : {})
      .end();
  };
  const server = createServer((...exchange) => void answer(...exchange));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    return await use(`http://127.0.0.1:${port}`, () => stored);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const send = (base: string, bytes: Buffer) =>
  uploadStream(pieces(bytes), {
    auth,
    base,
    bucket: 'b',
    name: 'n',
    contentType: 'text/plain',
  });

describe('a resumable upload', () => {
  it.each<[string, (sent: number, round: number) => number]>([
    ['all of each chunk', (sent) => sent],
    ['some of each chunk', (sent) => Math.min(sent, 3 << 20)],
    ['nothing of the first chunk', (sent, round) => (round === 1 ? 0 : sent)],
    ['less and less, down to single bytes of the last', (sent) => Math.ceil(sent * 0.9)],
  ])(
    'sends every byte once more that is not kept, when the server keeps %s',
    async (_what, keep) => {
      await withServer(keep, async (base, stored) => {
        expect(await send(base, content)).toEqual({ size: String(content.length) });
        expect(stored().equals(content)).toBe(true);
      });
    },
  );

  it('can be made again when Cloud Storage has ended it', async () => {
    let isGone = false;
    await withServer(
      (sent) => {
        isGone = true;
        return sent;
      },
      async (base) =>
        expect(send(base, content)).rejects.toMatchObject({ code: 'upstream-unavailable' }),
      () => isGone,
    );
  });

  it('writes an object of no bytes', async () => {
    await withServer(
      (sent) => sent,
      async (base) => expect(await send(base, Buffer.alloc(0))).toEqual({ size: '0' }),
    );
  });
});
