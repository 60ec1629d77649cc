import { randomBytes } from 'node:crypto';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { type NextFunction, type Response } from 'express';
import helmet from 'helmet';
import { type Config } from '../config.js';
import { isLoopbackHost } from '../identity/sign-in/own-origin.js';
import { type OuthaulRequest } from './outhaul-request.js';
import { EdgeError } from './problem.js';

const yearSeconds = 31_536_000;

/** What holds for every request, before any route: host names, headers of the answers, nothing kept by caches. */
export function guardEdge(app: NestExpressApplication, config: Config): void {
  app.disable('x-powered-by');
  // X-Forwarded-* is believed from so many proxies before this service, and from nobody else.
  app.set('trust proxy', config.trustedProxies);
  // `a[b]=c` stays a name that no route knows, instead of becoming an object.
  app.set('query parser', 'simple');
  app.use(requireKnownHost(config), giveNonce, securityHeaders(config), keepOutOfCaches);
}

/**
 * A service that listens on this machine only answers to this machine's names only: a page of another site that has its
 * name lead here (DNS rebinding) is refused.
 */
const requireKnownHost =
  ({ host, publicUrl }: Config) =>
  (request: OuthaulRequest, _response: Response, next: NextFunction): void => {
    const isLocal = publicUrl === undefined && isLoopbackHost(host);
    if (isLocal && !isLoopbackHost(request.headers.host))
      throw new EdgeError(
        'cross-site-request',
        'The service does not know this host name as its own.',
        'Set OUTHAUL_PUBLIC_URL to the origin at which browsers reach it.',
      );
    next();
  };

function giveNonce(_request: OuthaulRequest, response: Response, next: NextFunction): void {
  response.locals['nonce'] = randomBytes(16).toString('base64url');
  next();
}

/** No script but the console's own files; styles also with this answer's nonce, which Angular gives to its own. */
const securityHeaders = ({ publicUrl }: Config) =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: [
          "'self'",
          (_request, response) => `'nonce-${(response as Response).locals['nonce']}'`,
        ],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'self'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: publicUrl?.startsWith('https:')
      ? { maxAge: yearSeconds, includeSubDomains: false }
      : false,
  });

function keepOutOfCaches(request: OuthaulRequest, response: Response, next: NextFunction): void {
  if (/^\/(api\/v1|auth|internal)\//.test(request.path))
    response.setHeader('Cache-Control', 'no-store');
  next();
}
