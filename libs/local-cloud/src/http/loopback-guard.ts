import { type IncomingHttpHeaders } from 'node:http';
import { CloudError } from './cloud-error.js';

const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Whether a Host header or URL authority names this machine itself, whatever the port. */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase().replace(/:\d{1,5}$/, '');
  return loopbackNames.has(name);
}

/**
 * Refuses (403) what a web page of another site could send: a Host that is not loopback (DNS rebinding) and requests
 * with a foreign Origin (cross-site forms and fetches).
 */
export function requireLoopback(method: string, headers: IncomingHttpHeaders): void {
  if (!headers.host || !isLoopbackHost(headers.host))
    throw new CloudError(403, 'forbidden', 'The local cloud answers to loopback host names only.');
  if (!isTrustedOrigin(method, headers))
    throw new CloudError(403, 'forbidden', 'The local cloud does not answer pages of other sites.');
}

function isTrustedOrigin(method: string, headers: IncomingHttpHeaders): boolean {
  const { origin } = headers;
  if (origin === undefined) return true;
  if (origin !== 'null') return URL.canParse(origin) && isLoopbackHost(new URL(origin).host);
  // A form on a page with `Referrer-Policy: no-referrer` sends `null` even to its own site.
  return method === 'GET' || headers['sec-fetch-site'] === 'same-origin';
}
