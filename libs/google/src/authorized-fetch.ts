import { type GoogleAuth } from 'google-auth-library';
import { translateError, type Asked } from './translate-error.js';

const tries = 5;
/** BigQuery sends these with 403. */
const passing = new Set(['rateLimitExceeded', 'userRateLimitExceeded']);

/**
 * One authorized call by plain fetch, with bounded retries on 408, 429 and 5xx: for what Google's clients do not offer,
 * and for reading bytes. Throws AppErrors.
 */
export async function authorizedFetch(
  auth: GoogleAuth,
  url: string,
  init: RequestInit,
  asked: Asked,
): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const failure = await tryFetch(auth, url, init);
    if (failure instanceof Response) return failure;
    if (!failure.passes || attempt >= tries) throw translateError(failure.error, asked);
    await new Promise((resolve) =>
      setTimeout(resolve, 100 * 2 ** attempt * (0.5 + Math.random() / 2)),
    );
  }
}

async function tryFetch(
  auth: GoogleAuth,
  url: string,
  init: RequestInit,
): Promise<Response | { error: unknown; passes: boolean }> {
  try {
    const client = await auth.getClient();
    const headers = new Headers(await client.getRequestHeaders(url));
    new Headers(init.headers).forEach((value, name) => headers.set(name, value));
    const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(60_000) });
    // 308 is how a resumable upload asks for more.
    if (response.ok || response.status === 308) return response;
    const text = await response.text();
    const { status } = response;
    const errors = reasonsIn(text);
    return {
      error: { code: status, message: text.slice(0, 500), errors },
      passes:
        status === 408 || status === 429 || status >= 500 || passing.has(errors?.[0]?.reason ?? ''),
    };
  } catch (error) {
    return {
      error: { message: error instanceof Error ? error.message : String(error) },
      passes: true,
    };
  }
}

function reasonsIn(text: string): { reason?: string; message?: string }[] | undefined {
  try {
    return (JSON.parse(text) as { error?: { errors?: { reason?: string; message?: string }[] } })
      .error?.errors;
  } catch {
    return undefined;
  }
}
