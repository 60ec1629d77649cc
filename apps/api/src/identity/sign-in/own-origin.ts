import { type OuthaulRequest } from '../../http/outhaul-request.js';
import { EdgeError } from '../../http/problem.js';

const loopbackHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;

/** Whether a Host header names this machine itself. */
export const isLoopbackHost = (host: string | undefined): boolean =>
  host !== undefined && loopbackHost.test(host);

/**
 * The origin at which the browser reaches this service: the configured one, or this machine's own address as the browser
 * wrote it. A Host header of any other name is not believed.
 */
export function ownOrigin(request: OuthaulRequest, publicUrl: string | undefined): string {
  if (publicUrl !== undefined) return publicUrl;
  const { host } = request.headers;
  if (host !== undefined && isLoopbackHost(host)) return `http://${host.toLowerCase()}`;
  throw new EdgeError(
    'cross-site-request',
    'The service does not know this host name as its own.',
    'Set OUTHAUL_PUBLIC_URL to the origin at which browsers reach it.',
  );
}

/**
 * Refuses what a page of another origin could have sent with the session's cookie: a request that changes something must
 * say that it comes from the console itself.
 */
export function requireSameOrigin(request: OuthaulRequest, publicUrl: string | undefined): void {
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return;
  const site = request.headers['sec-fetch-site'];
  const { origin } = request.headers;
  const saysOther = site !== undefined && site !== 'same-origin';
  const isOurs =
    origin === undefined ? site === 'same-origin' : origin === ownOrigin(request, publicUrl);
  if (saysOther || !isOurs)
    throw new EdgeError(
      'cross-site-request',
      'A request with the session’s cookie must come from the console itself.',
      'Other programs send Authorization: Bearer ACCESS_TOKEN.',
    );
}
