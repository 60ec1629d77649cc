import { gzipSync } from 'node:zlib';
import { type Fault, type FileServer, someBytes } from './file-server.js';
import { type Seeded } from './seeded.js';

/** Makes a fault out of a seed; the server is there for faults that change what it holds. */
export type FaultMaker = (seeded: Seeded, server: FileServer) => Fault;

const head = (status: number, headers: Readonly<Record<string, string | number>>): string =>
  [
    `HTTP/1.1 ${status} Said`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\r\n');

/** What an honest answer's head holds. */
function honest(
  request: Parameters<Fault>[0],
  body: Buffer,
  total: number,
): { status: number; headers: Record<string, string | number> } {
  const [, start] = /^bytes=(\d+)-/.exec(request.headers.range ?? '') ?? [];
  if (start === undefined) return { status: 200, headers: { 'Content-Length': body.length } };
  const range = `bytes ${start}-${Number(start) + body.length - 1}/${total}`;
  return { status: 206, headers: { 'Content-Length': body.length, 'Content-Range': range } };
}

const totalOf = (server: FileServer, request: Parameters<Fault>[0]): number =>
  server.contents.get(server.nameOf(request))?.bytes.length ?? 0;

/** Every kind of fault, by the name that its test has. */
export const faultMakers: Readonly<Record<string, FaultMaker>> = {
  'a reset at any byte': (seeded, server) => (request, _response, body) => {
    const { status, headers } = honest(request, body, totalOf(server, request));
    const bytes = Buffer.concat([Buffer.from(head(status, headers)), body]);
    request.socket.write(bytes.subarray(0, seeded.whole(0, bytes.length)), () =>
      request.socket.resetAndDestroy(),
    );
    return true;
  },
  'a body cut short': (seeded, server) => (request, _response, body) => {
    const { status, headers } = honest(request, body, totalOf(server, request));
    request.socket.write(head(status, headers));
    request.socket.end(body.subarray(0, seeded.whole(0, Math.max(0, body.length - 1))));
    return true;
  },
  'a body too long': (seeded, server) => (request, _response, body) => {
    const { status, headers } = honest(request, body, totalOf(server, request));
    request.socket.write(head(status, headers));
    request.socket.write(Buffer.concat([body, someBytes(seeded.whole(1, 2_000))]));
    return true;
  },
  'a wrong length': (seeded, server) => (request, _response, body) => {
    const { status, headers } = honest(request, body, totalOf(server, request));
    const length = Math.max(0, body.length + seeded.pick([-1, 1, 100, -100, 1e9]));
    request.socket.write(head(status, { ...headers, 'Content-Length': length }));
    request.socket.end(body);
    return true;
  },
  'wrong bytes': (seeded, server) => (request, _response, body) => {
    const { status, headers } = honest(request, body, totalOf(server, request));
    const wrong = Buffer.from(body);
    const at = seeded.whole(0, Math.max(0, wrong.length - 1));
    if (wrong.length > 0) wrong[at] = (wrong[at] as number) ^ seeded.whole(1, 255);
    request.socket.write(Buffer.concat([Buffer.from(head(status, headers)), wrong]));
    return true;
  },
  'another range': (seeded, server) => (request, _response, body) => {
    const total = totalOf(server, request);
    const start = seeded.whole(0, total);
    const range = `bytes ${start}-${start + body.length - 1}/${total}`;
    request.socket.write(head(206, { 'Content-Length': body.length, 'Content-Range': range }));
    request.socket.write(body);
    return true;
  },
  'ranges ignored': (_seeded, server) => (request, _response, _body) => {
    const whole = server.contents.get(server.nameOf(request))?.bytes ?? Buffer.alloc(0);
    request.socket.write(head(200, { 'Content-Length': whole.length }));
    request.socket.write(whole);
    return true;
  },
  416: () => (_request, response) => (response.writeHead(416, { 'Content-Length': 0 }).end(), true),
  '503 and 429, with and without Retry-After': (seeded) => (_request, response) => {
    const later = seeded.pick([{}, { 'Retry-After': '0' }, { 'Retry-After': 'soon' }]);
    response.writeHead(seeded.pick([503, 429, 500, 502, 408]), { ...later, 'Content-Length': 4 });
    response.end('busy');
    return true;
  },
  'an expired link': (seeded) => (_request, response) => (
    response.writeHead(seeded.pick([403, 401, 400]), { 'Content-Length': 6 }).end('<Err/>'),
    true
  ),
  'a slow trickle': (seeded, server) => (request, _response, body) => {
    const { status, headers } = honest(request, body, totalOf(server, request));
    const bytes = Buffer.concat([Buffer.from(head(status, headers)), body]);
    let at = seeded.whole(0, Math.min(200, bytes.length));
    request.socket.write(bytes.subarray(0, at));
    const drip = setInterval(() => request.socket.write(bytes.subarray(at, (at += 1))), 50);
    request.socket.once('close', () => clearInterval(drip));
    request.socket.once('error', () => clearInterval(drip));
    return true;
  },
  'no answer at all': () => () => true,
  'an object replaced in between': (seeded, server) => (request) => {
    const name = server.nameOf(request);
    const { generation } = server.contents.get(name) ?? { generation: '0' };
    server.put(
      name,
      someBytes(seeded.whole(0, 60_000), seeded.whole(1, 1e6)),
      `${+generation + 1}`,
    );
    return false;
  },
  'an answer that is no HTTP': (seeded) => (request) => {
    request.socket.end(
      seeded.pick(['', 'hello\r\n\r\n', 'HTTP/2 200\r\n\r\n', '\0'.repeat(70_000)]),
    );
    return true;
  },
  'chunks without a length': (_seeded, server) => (request, response, body) => {
    const { status, headers } = honest(request, body, totalOf(server, request));
    const { 'Content-Length': _length, ...others } = headers;
    response.writeHead(status, others);
    response.end(body);
    return true;
  },
  'a body in gzip': () => (_request, response, body) => {
    const packed = gzipSync(body);
    response.writeHead(200, { 'Content-Length': packed.length, 'Content-Encoding': 'gzip' });
    response.end(packed);
    return true;
  },
};
