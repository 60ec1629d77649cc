import { type GoogleAuth } from 'google-auth-library';
import { isTooMany, slowDelayMs } from './insist-slowly.js';
import { translateError, type Asked } from './translate-error.js';

const tries = 5;
/** How long a call may take, answer and all. */
const limitMs = 60_000;
/** BigQuery sends these with 403. */
const passing = new Set(['rateLimitExceeded', 'userRateLimitExceeded']);

/**
 * One authorized call by plain fetch, with bounded retries on 408, 429 and 5xx: for what Google's clients do not offer,
 * and for reading bytes. Throws AppErrors.
 */
export function authorizedFetch(
  auth: GoogleAuth,
  url: string,
  init: RequestInit,
  asked: Asked,
): Promise<Response> {
  return insist(asked, () =>
    tryFetch(
      auth,
      url,
      { ...init, signal: AbortSignal.timeout(limitMs) },
      async (answer) => answer,
    ),
  );
}

export interface TextAnswer {
  readonly text: string;
  readonly headers: Headers;
}

/**
 * The same for an answer that is short: it is read whole, and a connection that breaks in between is tried again. For
 * what is asked often: a time limit that is not let go of keeps what it was for in memory until it is over.
 */
export function authorizedText(
  auth: GoogleAuth,
  url: string,
  init: RequestInit,
  asked: Asked,
): Promise<TextAnswer> {
  return insist(asked, async () => {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), limitMs);
    try {
      return await tryFetch(auth, url, { ...init, signal: limit.signal }, async (answer) => ({
        text: await answer.text(),
        headers: answer.headers,
      }));
    } finally {
      clearTimeout(timer);
    }
  });
}

type Tried<T> = { readonly answer: T } | { readonly error: unknown; readonly passes: boolean };

async function insist<T>(asked: Asked, attemptOnce: () => Promise<Tried<T>>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const tried = await attemptOnce();
    if ('answer' in tried) return tried.answer;
    if (!tried.passes || attempt >= tries) throw translateError(tried.error, asked);
    const delayMs = isTooMany(tried.error)
      ? slowDelayMs(attempt)
      : 100 * 2 ** attempt * (0.5 + Math.random() / 2);
    await new Promise((resolve) => setTimeout(resolve, delayMs));
  }
}

async function tryFetch<T>(
  auth: GoogleAuth,
  url: string,
  init: RequestInit,
  take: (response: Response) => Promise<T>,
): Promise<Tried<T>> {
  try {
    const client = await auth.getClient();
    const headers = new Headers(await client.getRequestHeaders(url));
    new Headers(init.headers).forEach((value, name) => headers.set(name, value));
    // The token is for the server that was meant, wherever its answer may lead.
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    // 308 is how a resumable upload asks for more.
    if (response.ok || response.status === 308) return { answer: await take(response) };
    const text = await response.text();
    const { status } = response;
    if (status < 400) return { error: { message: 'its answer leads elsewhere' }, passes: false };
    const failure = failureIn(text);
    return {
      error: { code: status, ...failure },
      passes:
        status === 408 ||
        status === 429 ||
        status >= 500 ||
        passing.has(failure.errors?.[0]?.reason ?? ''),
    };
  } catch (error) {
    return {
      error: { message: error instanceof Error ? error.message : String(error) },
      passes: true,
    };
  }
}

interface WireFailure {
  readonly message?: string;
  readonly errors?: readonly { readonly reason?: string; readonly message?: string }[];
}

/** What a refusal says: Google's error document, or the beginning of whatever else it is. */
function failureIn(text: string): WireFailure {
  try {
    const { error } = JSON.parse(text) as { error?: WireFailure };
    if (typeof error?.message === 'string') return { message: error.message, errors: error.errors };
  } catch {
    // It is a page, or was cut off.
  }
  return { message: text.slice(0, 500) };
}
