import createFetchClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './generated/schema.js';

export type OuthaulClient = Client<paths>;
export type Problem = components['schemas']['Problem'];

export interface ClientOptions {
  /** Where the service is, e.g. `http://127.0.0.1:8080`; empty = the page’s own origin. */
  readonly baseUrl?: string;
  /** Asked before each request; undefined = no Authorization header. */
  readonly token?: () => Promise<string | undefined>;
  readonly fetch?: typeof globalThis.fetch;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The API’s client, typed by its OpenAPI document. */
export function createClient(options: ClientOptions = {}): OuthaulClient {
  const client = createFetchClient<paths>({
    baseUrl: options.baseUrl ?? '',
    fetch: options.fetch,
    headers: options.headers,
  });
  const { token } = options;
  if (token) {
    client.use({
      async onRequest({ request }) {
        const bearer = await token();
        if (bearer) request.headers.set('Authorization', `Bearer ${bearer}`);
        return request;
      },
    });
  }
  return client;
}

/** A refusal of the service, with its problem document. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

type ResponseHead = Pick<Response, 'ok' | 'status' | 'statusText'> & {
  readonly headers: Pick<Headers, 'get'>;
};

/** The data of an answer; throws ProblemError when the service refused. */
export async function unwrap<T>(
  answer: Promise<{ data?: T; error?: unknown; response: ResponseHead }>,
): Promise<T> {
  const { data, error, response } = await answer;
  if (response.ok) return data as T;
  throw new ProblemError(asProblem(error, response));
}

/** A refusal's problem document; one of its own when the answer is none. */
export function asProblem(error: unknown, response: ResponseHead): Problem {
  if (typeof error === 'object' && error !== null && 'code' in error) return error as Problem;
  return {
    type: 'about:blank',
    title: response.statusText,
    status: response.status,
    code: 'unexpected-answer',
    detail: `The service answered ${response.status} without a problem document.`,
    requestId: response.headers.get('x-request-id') ?? '',
  };
}
