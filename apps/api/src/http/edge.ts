import { randomFillSync } from 'node:crypto';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { type NextFunction, type Response } from 'express';
import { type Config } from '../config.js';
import { isLoopbackHost } from '../identity/sign-in/own-origin.js';
import { type OuthaulRequest } from './outhaul-request.js';
import { EdgeError } from './problem.js';
import { securityHeaders } from './security-headers.js';

/** What holds for every request, before any route: host names, headers of the answers, nothing kept by caches. */
export function guardEdge(app: NestExpressApplication, config: Config): void {
  app.disable('x-powered-by');
  // X-Forwarded-* is believed from so many proxies before this service, and from nobody else.
  app.set('trust proxy', config.trustedProxies);
  // `a[b]=c` stays a name that no route knows, instead of becoming an object.
  app.set('query parser', 'simple');
  const setSecurityHeaders = securityHeaders(config.publicUrl?.startsWith('https:') ?? false);
  const requireKnownHost = knownHosts(config);
  app.use((request: OuthaulRequest, response: Response, next: NextFunction) => {
    requireKnownHost(request.headers.host);
    const nonce = nextNonce();
    response.locals['nonce'] = nonce;
    setSecurityHeaders(response, nonce);
    if (isKeptOutOfCaches.test(request.path)) response.setHeader('cache-control', 'no-store');
    next();
  });
}

/** Routes are found in any case of letters. */
const isKeptOutOfCaches = /^\/(api\/v1|auth|internal)\//i;

/**
 * A service that listens on this machine only answers to this machine's names only: a page of another site that has its
 * name lead here (DNS rebinding) is refused.
 */
function knownHosts({ host, publicUrl }: Config): (asked: string | undefined) => void {
  const isLocal = publicUrl === undefined && isLoopbackHost(host);
  return (asked) => {
    if (isLocal && !isLoopbackHost(asked))
      throw new EdgeError(
        'cross-site-request',
        'The service does not know this host name as its own.',
        'Set OUTHAUL_PUBLIC_URL to the origin at which browsers reach it.',
      );
  };
}

const nonceBytes = 16;
/** Random bytes are drawn for so many nonces at once; none is used twice. */
const drawn = Buffer.alloc(nonceBytes * 128);
let used = drawn.length;

function nextNonce(): string {
  if (used === drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  return drawn.toString('base64url', used, (used += nonceBytes));
}
