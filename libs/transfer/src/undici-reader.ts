import { type Readable } from 'node:stream';
import { type Dispatcher } from 'undici';
import { odd, type RangeRequest } from './exchange.js';
import { pause } from './pause.js';
import { type Reader, type ReaderOptions } from './range-reader.js';
import { stalled, StallWatch } from './stall-watch.js';
import { stopped, TransferError } from './transfer-error.js';

/** The proxies to go through, as HTTPS_PROXY, HTTP_PROXY and NO_PROXY name them. */
export interface ProxySettings {
  readonly httpProxy?: string;
  readonly httpsProxy?: string;
  readonly noProxy?: string;
}

/**
 * Reads ranges with undici: through proxies, and from servers whose answers RangeReader does not take, such as chunked
 * ones. Slower; every byte is held to the same account.
 */
export class UndiciReader implements Reader {
  private dispatcher?: Dispatcher;

  constructor(
    private readonly options: Pick<ReaderOptions, 'tls'> = {},
    private readonly proxy: ProxySettings = {},
  ) {}

  read(request: RangeRequest): void {
    this.fetch(request).then(
      () => request.ended(),
      (error: unknown) => request.ended(translate(error, request)),
    );
  }

  private async fetch(request: RangeRequest): Promise<void> {
    const { request: send, Client, EnvHttpProxyAgent } = await import('./undici-parts.js');
    this.dispatcher ??= new EnvHttpProxyAgent({
      // An empty text keeps undici from looking into the environment by itself.
      httpProxy: this.proxy.httpProxy ?? '',
      httpsProxy: this.proxy.httpsProxy ?? '',
      noProxy: this.proxy.noProxy ?? '',
      // A lane is one connection, however many small files it asks for together.
      factory: (origin, options) => new Client(origin, options),
      connect: this.options.tls,
      requestTls: this.options.tls,
    });
    const { range, signal, stallTimeoutMs, headers: own } = request;
    const url = request.address.server.origin + request.address.target;
    const { statusCode, headers, body } = await send(url, {
      dispatcher: this.dispatcher,
      signal,
      headersTimeout: stallTimeoutMs,
      bodyTimeout: stallTimeoutMs,
      headers: {
        'user-agent': 'outhaul-transfer',
        'accept-encoding': 'identity',
        ...own,
        ...(range ? { range: `bytes=${range.start}-${range.end - 1}` } : {}),
      },
    });
    const named = new Map(
      Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]),
    );
    await this.take(request, statusCode, named, body);
  }

  close(): void {
    void this.dispatcher?.destroy().catch(() => undefined);
    this.dispatcher = undefined;
  }

  private async take(
    request: RangeRequest,
    status: number,
    headers: ReadonlyMap<string, string>,
    body: Readable,
  ): Promise<void> {
    let came = 0;
    let isHeldBack = false;
    // undici takes each byte for headway, and so would wait for ever on a trickle.
    const watch = new StallWatch(request.stallTimeoutMs);
    const timer = setInterval(() => {
      const silence = isHeldBack ? undefined : watch.tick();
      if (silence) body.destroy(silence);
    }, watch.tickMs);
    try {
      const bytes = request.accept({ status, headers });
      for await (const chunk of body as AsyncIterable<Buffer>) {
        came += chunk.length;
        watch.came(chunk.length);
        if (came > bytes) throw odd('more bytes came than were asked for');
        const waitMs = request.onBytes(chunk);
        if (waitMs <= 0) continue;
        isHeldBack = true;
        await pause(waitMs, request.signal);
        isHeldBack = false;
      }
      if (came < bytes)
        throw new TransferError('network', 'The connection was closed before the file was whole.');
    } catch (error) {
      // Destroyed early, it tells of that by an error event, which nobody need hear.
      body.on('error', () => undefined).destroy();
      throw error;
    } finally {
      clearInterval(timer);
    }
  }
}

function translate(error: unknown, { signal, stallTimeoutMs }: RangeRequest): TransferError {
  if (error instanceof TransferError) return error;
  if (signal?.aborted) return stopped();
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT')
    return stalled(stallTimeoutMs);
  return new TransferError('network', `The connection failed: ${message}`, {}, { cause: error });
}
