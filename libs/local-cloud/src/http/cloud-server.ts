import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type TLSSocket } from 'node:tls';
import { type Caller } from '../identity/caller.js';
import { CloudError } from './cloud-error.js';
import { asCloudError, errorResponse } from './error-response.js';
import { requireLoopback } from './loopback-guard.js';
import { type RouteMatch, type RouteTable } from './match-route.js';
import { maxJsonBytes, parseJsonObject, readBody } from './read-body.js';
import { type CloudRequest, type CloudResponse, type Route } from './route.js';
import { selectFields } from './select-fields.js';
import { type CertificatePair } from './self-signed-certificate.js';
import { SniffingListener } from './sniffing-listener.js';

/** What may come between a matched route and its handler (faults). */
export type Interceptor = (
  request: CloudRequest,
  route: Route,
  handle: () => Promise<CloudResponse | undefined>,
) => Promise<CloudResponse | undefined>;

export interface CloudServerOptions {
  readonly table: RouteTable;
  /** For the connections that begin with a TLS handshake. */
  readonly certificate: CertificatePair;
  /** 401 when the request's credentials are no good. */
  authenticate(
    headers: IncomingMessage['headers'],
    query: URLSearchParams,
    route: Route,
  ): Promise<Caller>;
  readonly intercept?: Interceptor;
  /** The time that responses carry in `Date`. */
  nowMs(): number;
  log(line: string): void;
}

/** The HTTP server of the whole local cloud: matches, authenticates, answers, and speaks Google's errors. */
export class CloudServer {
  readonly #options: CloudServerOptions;
  readonly #listener: SniffingListener;

  constructor(options: CloudServerOptions) {
    this.#options = options;
    const limits = { maxHeaderSize: 64 * 1024, requestTimeout: 0, headersTimeout: 30_000 };
    this.#listener = new SniffingListener(
      this.#prepare(createServer(limits)),
      this.#prepare(createSecureServer({ ...limits, ...options.certificate })),
    );
  }

  /** Listens on 127.0.0.1 only; resolves to the port. */
  listen(port: number): Promise<number> {
    return this.#listener.listen(port);
  }

  close(): Promise<void> {
    return this.#listener.close();
  }

  #prepare(server: Server): Server {
    server.keepAliveTimeout = 65_000;
    server.on('request', (raw, response) => void this.#serve(raw, response));
    server.on('checkContinue', (raw, response) => {
      response.writeContinue();
      void this.#serve(raw, response);
    });
    server.on('clientError', (_error, socket) => {
      if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
      else socket.destroy();
    });
    return server;
  }

  /** Runs one request against the route table without a connection of its own (parts of a batch). */
  async dispatch(
    inner: Pick<CloudRequest, 'method' | 'headers' | 'raw' | 'response'> & {
      target: string;
      body: Buffer;
    },
  ): Promise<CloudResponse> {
    const { rawPath, url } = parseTarget(inner.target, originOf(inner.raw));
    let match: RouteMatch | undefined;
    try {
      match = this.#options.table.match(inner.method, rawPath);
      if (!match) throw notFound();
      const request: CloudRequest = {
        ...inner,
        url,
        rawPath,
        params: match.params,
        query: url.searchParams,
        caller: await this.#options.authenticate(inner.headers, url.searchParams, match.route),
        json: async <T>() => parseJsonObject(inner.body) as T,
      };
      return present((await match.route.handler(request)) ?? {}, request);
    } catch (error) {
      return errorResponse(this.#translate(error), match?.route.service);
    }
  }

  async #serve(raw: IncomingMessage, response: ServerResponse): Promise<void> {
    let match: RouteMatch | undefined;
    response.on('error', () => raw.destroy());
    response.setHeader('date', new Date(this.#options.nowMs()).toUTCString());
    try {
      const method = raw.method ?? 'GET';
      requireLoopback(method, raw.headers);
      const { rawPath, url } = parseTarget(raw.url ?? '/', originOf(raw));
      match = this.#options.table.match(method, rawPath);
      if (!match) return send(response, raw, this.#answerUnmatched(method, rawPath));
      const { route, params } = match;
      const request: CloudRequest = {
        method,
        url,
        rawPath,
        params,
        query: url.searchParams,
        headers: raw.headers,
        caller: await this.#options.authenticate(raw.headers, url.searchParams, route),
        raw,
        response,
        json: async <T>(maxBytes = maxJsonBytes) =>
          parseJsonObject(await readBody(raw, maxBytes)) as T,
      };
      const handle = async (): Promise<CloudResponse | undefined> => route.handler(request);
      const answer = await (this.#options.intercept?.(request, route, handle) ?? handle());
      if (answer) send(response, raw, present(answer, request));
    } catch (error) {
      this.#fail(error, raw, response, match?.route);
    }
  }

  #answerUnmatched(method: string, rawPath: string): CloudResponse {
    const allowed = this.#options.table.methodsOf(rawPath);
    if (method !== 'OPTIONS' || allowed.length === 0) throw notFound();
    return { status: 204, headers: { allow: [...allowed, 'OPTIONS'].join(', ') } };
  }

  #fail(error: unknown, raw: IncomingMessage, response: ServerResponse, route?: Route): void {
    if (response.destroyed || (raw.destroyed && !raw.complete)) {
      response.destroy();
      return;
    }
    const cloudError = this.#translate(error);
    if (response.headersSent) response.destroy();
    else send(response, raw, errorResponse(cloudError, route?.service));
  }

  #translate(error: unknown): CloudError {
    if (!(error instanceof CloudError))
      this.#options.log(`error: ${error instanceof Error ? error.stack : String(error)}`);
    return asCloudError(error);
  }
}

const originOf = ({ socket, headers }: IncomingMessage): string =>
  `${(socket as TLSSocket).encrypted ? 'https' : 'http'}://${headers.host ?? 'localhost'}`;

const notFound = (): CloudError => new CloudError(404, 'notFound', 'Not Found');

function parseTarget(target: string, origin: string): { rawPath: string; url: URL } {
  const relative = target.replace(/^https?:\/\/[^/?#]*/i, '');
  const [rawPath = '/', ...rest] = relative.split('?');
  try {
    // Routes are matched on the path as it came: URL resolves `..`, which object names may hold.
    return { rawPath, url: new URL(`${origin}${rawPath}?${rest.join('?')}`) };
  } catch {
    throw new CloudError(400, 'invalid', 'Bad request target.');
  }
}

function present(answer: CloudResponse, request: CloudRequest): CloudResponse {
  const fields = request.query.get('fields');
  if (!fields || answer.json === undefined || (answer.status ?? 200) >= 300) return answer;
  return { ...answer, json: selectFields(answer.json, fields) };
}

/** Most of an unread body that is read away: a connection that is closed over it may lose the answer, too. */
const drainBytes = 1024 ** 3;

function send(response: ServerResponse, raw: IncomingMessage, answer: CloudResponse): void {
  const body = answer.json === undefined ? (answer.body ?? '') : JSON.stringify(answer.json);
  const status =
    answer.status ?? (answer.json === undefined && answer.body === undefined ? 204 : 200);
  const announced = Number(
    raw.headers['content-length'] ?? (raw.headers['transfer-encoding'] ? Infinity : 0),
  );
  if (!raw.complete && announced > drainBytes) response.setHeader('connection', 'close');
  response.writeHead(status, {
    ...(answer.json === undefined ? {} : { 'content-type': 'application/json; charset=UTF-8' }),
    'x-content-type-options': 'nosniff',
    ...(status === 204 ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
    ...answer.headers,
  });
  response.end(raw.method === 'HEAD' ? undefined : body);
  if (!raw.complete && announced <= drainBytes) raw.resume();
}
