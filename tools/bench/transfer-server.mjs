import { createCipheriv, createHash } from 'node:crypto';
import { createServer as createPlain } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { crc32c } from '@node-rs/crc32';
import { cases, fileName } from './transfer-cases.mjs';

/** All files are cut out of this block, end to end and over again. */
const block = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16, 7)).update(
  Buffer.alloc(64 << 20),
);
const pieceBytes = 1 << 20;

function* pieces(index, sizeBytes, start, end) {
  for (let at = start; at < end;) {
    const from = (index * sizeBytes + at) % block.length;
    const count = Math.min(pieceBytes, end - at, block.length - from);
    yield block.subarray(from, from + count);
    at += count;
  }
}

const base64 = (number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number >>> 0);
  return bytes.toString('base64');
};

function describe({ id, sizeBytes }, index, origin) {
  const md5 = createHash('md5');
  let crc = 0;
  for (const piece of pieces(index, sizeBytes, 0, sizeBytes)) {
    md5.update(piece);
    crc = crc32c(piece, crc);
  }
  const object = `${id}/${fileName(index)}`;
  const path = `/storage/v1/b/bench/o/${encodeURIComponent(object)}`;
  return {
    kind: 'storage#object',
    id: `bench/${object}/1`,
    name: object,
    bucket: 'bench',
    generation: '1',
    metageneration: '1',
    storageClass: 'STANDARD',
    contentType: 'application/octet-stream',
    size: String(sizeBytes),
    md5Hash: md5.digest('base64'),
    crc32c: base64(crc),
    etag: 'CAE=',
    timeCreated: '2026-01-01T00:00:00.000Z',
    updated: '2026-01-01T00:00:00.000Z',
    selfLink: origin + path,
    mediaLink: `${origin}/download${path}?alt=media`,
  };
}

/** Answers one request: `{status, headers, body}` where body is text, or the pieces of a file. */
function answer(url, range, origin, objects) {
  const parsed = new URL(url, origin);
  const [, listed] = /^\/api\/v1\/download\/(\w+)$/.exec(parsed.pathname) ?? [];
  if (listed) {
    const { count } = cases.find(({ id }) => id === listed);
    const files = Array.from({ length: count }, (_, index) => {
      const { size, crc32c: crc, generation } = objects.get(`${listed}/${fileName(index)}`);
      const link = `${origin}/files/${listed}/${fileName(index)}?X-Goog-Signature=none`;
      return {
        name: fileName(index),
        sizeBytes: Number(size),
        crc32c: crc,
        generation,
        url: link,
      };
    });
    return json({ id: listed, expiresAt: '2099-01-01T00:00:00Z', files });
  }
  if (parsed.pathname === '/storage/v1/b/bench/o') {
    const prefix = parsed.searchParams.get('prefix') ?? '';
    const names = [...objects.keys()].filter((name) => name.startsWith(prefix));
    const begin = Number(parsed.searchParams.get('pageToken') ?? 0);
    const end = begin + Math.min(1_000, Number(parsed.searchParams.get('maxResults') ?? 1_000));
    return json({
      kind: 'storage#objects',
      items: names.slice(begin, end).map((name) => objects.get(name)),
      ...(end < names.length ? { nextPageToken: String(end) } : {}),
    });
  }
  if (parsed.pathname === '/storage/v1/b/bench')
    return json({ kind: 'storage#bucket', id: 'bench', name: 'bench', location: 'US' });
  const [, bare, encoded] =
    /^(?:\/files\/(.+)|(?:\/download)?\/storage\/v1\/b\/bench\/o\/(.+))$/.exec(parsed.pathname) ??
    [];
  const object = objects.get(bare ?? decodeURIComponent(encoded ?? ''));
  if (!object) return json({ error: { code: 404, message: 'Not Found', errors: [] } }, 404);
  if (!bare && parsed.searchParams.get('alt') !== 'media') return json(object);
  const size = Number(object.size);
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
  const start = Number(from ?? 0);
  const end = to ? Math.min(Number(to) + 1, size) : size;
  const index = Number(/-(\d+)\.bin$/.exec(object.name)[1]);
  return {
    status: from === undefined ? 200 : 206,
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Length': end - start,
      'X-Goog-Generation': '1',
      'X-Goog-Hash': `crc32c=${object.crc32c},md5=${object.md5Hash}`,
      ...(from === undefined ? {} : { 'Content-Range': `bytes ${start}-${end - 1}/${size}` }),
    },
    body: pieces(index, size, start, end),
  };
}

function json(value, status = 200) {
  const body = Buffer.from(JSON.stringify(value));
  return {
    status,
    headers: { 'Content-Type': 'application/json', 'Content-Length': body.length },
    body: [body],
  };
}

/** HTTP/1.1 of the plainest kind, so that the server's own work hides little of the clients'. */
function serve(socket, origin, objects) {
  let text = '';
  let queue = Promise.resolve();
  socket.setNoDelay(true);
  socket.on('error', () => undefined);
  for (const event of ['drain', 'close']) socket.on(event, () => socket.goOn?.());
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
      const head = text.slice(0, end);
      text = text.slice(end + 4);
      queue = queue.then(() => respond(socket, head, origin(), objects));
    }
  });
}

async function respond(socket, head, origin, objects) {
  const [, method, url] = /^(\w+) (\S+) /.exec(head) ?? [];
  const [, range] = /\r\nrange: *(.*?)(?:\r\n|$)/i.exec(head) ?? [];
  const { status, headers, body } = answer(url, range, origin, objects);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const first = Buffer.from(
    `HTTP/1.1 ${status} ${status < 400 ? 'OK' : 'Not Found'}\r\n${lines.join('')}\r\n`,
  );
  let pending = first;
  for (const piece of method === 'HEAD' ? [] : body) {
    if (socket.destroyed) return;
    socket.cork();
    if (pending) socket.write(pending);
    pending = undefined;
    const goesOn = socket.write(piece);
    socket.uncork();
    if (!goesOn) await new Promise((resolve) => (socket.goOn = resolve));
  }
  if (pending) socket.write(pending);
}

/** The certificate of the local cloud does for this server, too; it is TypeScript, loaded only when it is wanted. */
async function makePair() {
  const { makeCertificate } =
    await import('../../libs/local-cloud/src/http/self-signed-certificate.ts');
  return makeCertificate(Date.now());
}

async function main() {
  const pair = process.argv.includes('--tls') ? await makePair() : undefined;
  const objects = new Map();
  let origin;
  const listener = (socket) => serve(socket, () => origin, objects);
  const server = pair ? createTls(pair, listener) : createPlain(listener);
  server.listen(0, '127.0.0.1', () => {
    origin = `${pair ? 'https' : 'http'}://127.0.0.1:${server.address().port}`;
    for (const each of cases)
      for (let index = 0; index < each.count; index += 1)
        objects.set(`${each.id}/${fileName(index)}`, describe(each, index, origin));
    process.send({ origin, certificate: pair?.cert });
  });
  process.once('disconnect', () => process.exit(0));
}

// The list of benchmarks imports every file of this folder.
if (import.meta.main) await main();
