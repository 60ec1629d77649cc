import { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';

/** An answer in the shape that the generated client gives. */
export interface JsonAnswer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: {
    readonly ok: boolean;
    readonly status: number;
    readonly statusText: string;
    readonly headers: { get(name: string): string | null };
  };
}

type Get = (
  url: string,
  options: RequestOptions,
  take: (answer: IncomingMessage) => void,
) => ClientRequest;

const silentTooLongMs = 300_000;

/** GETs JSON by node:http, since Node's fetch takes longer to load than a hundred small files take to come. */
export async function getJson<T>(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<JsonAnswer<T>> {
  const isTls = url.startsWith('https:');
  // An `import` of either would load Node's fetch after all, among all else that they can offer.
  const get: Get = process.getBuiltinModule(isTls ? 'node:https' : 'node:http').get;
  return new Promise((resolve, reject) => {
    const options = { headers, timeout: silentTooLongMs };
    const request = get(url, options, (answer) => void read<T>(answer).then(resolve, reject));
    request.on('error', reject);
    request.on('timeout', () => request.destroy(new Error('No answer came.')));
  });
}

async function read<T>(answer: IncomingMessage): Promise<JsonAnswer<T>> {
  const pieces: Buffer[] = [];
  for await (const piece of answer as AsyncIterable<Buffer>) pieces.push(piece);
  const text = Buffer.concat(pieces).toString('utf8');
  const { statusCode: status = 0, statusMessage: statusText = '' } = answer;
  const response = {
    ok: status >= 200 && status < 300,
    status,
    statusText,
    headers: {
      get: (name: string) => answer.headers[name.toLowerCase()]?.toString() ?? null,
    },
  };
  if (response.ok) return { data: JSON.parse(text) as T, response };
  return { error: parsedOr(text), response };
}

/** A refusal need not be JSON. */
function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
