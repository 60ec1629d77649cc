import { asProblem, ProblemError } from './client.js';
import type { components } from './generated/schema.js';

type Export = components['schemas']['Export'];

export interface StatusStream {
  readonly baseUrl?: string;
  readonly token?: () => Promise<string | undefined>;
  readonly fetch?: typeof globalThis.fetch;
  readonly signal?: AbortSignal;
  /** Told when the connection was lost and is being made anew. */
  readonly onReconnect?: (attempt: number) => void;
  /** Longest wait between two tries, ms; default 10 000. */
  readonly maxDelayMs?: number;
}

/**
 * Yields each state of an export until it has ended. A lost connection is made anew with `Last-Event-ID`, with growing
 * waits; a refusal (4xx) is thrown as a ProblemError.
 */
export async function* watchExport(id: string, options: StatusStream = {}): AsyncGenerator<Export> {
  const get = options.fetch ?? globalThis.fetch;
  let lastEventId: string | undefined;
  let attempt = 0;
  while (!options.signal?.aborted) {
    try {
      const token = await options.token?.();
      const response = await get(
        `${options.baseUrl ?? ''}/api/v1/status/${encodeURIComponent(id)}/events`,
        {
          headers: {
            Accept: 'text/event-stream',
            ...(lastEventId ? { 'Last-Event-ID': lastEventId } : {}),
            ...(token ? { Authorization: `Bearer ${token}` } : {}),
          },
          signal: options.signal,
        },
      );
      if (response.status >= 400 && response.status < 500 && response.status !== 429) {
        throw new ProblemError(asProblem(parsedOr(await response.text()), response));
      }
      if (response.ok && response.body) {
        for await (const event of readEvents(response.body)) {
          attempt = 0;
          lastEventId = event.id ?? lastEventId;
          if (event.type !== 'status') continue;
          const state = JSON.parse(event.data) as Export;
          yield state;
          if (state.outcome) return;
        }
      }
    } catch (error) {
      if (error instanceof ProblemError || options.signal?.aborted) throw error;
    }
    attempt += 1;
    options.onReconnect?.(attempt);
    await pause(
      Math.min(250 * 2 ** Math.min(attempt, 10), options.maxDelayMs ?? 10_000),
      options.signal,
    );
  }
}

function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

interface ServerSentEvent {
  readonly type: string;
  readonly data: string;
  readonly id?: string;
}

async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const frames = text.split('\n\n');
      text = frames.pop() ?? '';
      for (const frame of frames) {
        const event = parseFrame(frame);
        if (event) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function parseFrame(frame: string): ServerSentEvent | undefined {
  const lines = frame.split('\n').map((line) => line.split(/: ?(.*)/s, 2) as [string, string?]);
  const valuesOf = (name: string) =>
    lines.filter(([key]) => key === name).map(([, value]) => value ?? '');
  const data = valuesOf('data');
  if (data.length === 0) return undefined;
  return { type: valuesOf('event')[0] ?? 'message', data: data.join('\n'), id: valuesOf('id')[0] };
}

const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
