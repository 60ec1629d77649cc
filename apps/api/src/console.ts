import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { static as serveStatic, type NextFunction, type Request, type Response } from 'express';

const encodings = [
  { ending: '.br', name: 'br' },
  { ending: '.gz', name: 'gzip' },
] as const;

/** Serves the console’s built files, compressed as they were at build time; addresses that are pages answer its index. */
export function serveConsole(app: NestExpressApplication, folder: string): void {
  const built = new Set(readdirSync(folder));
  const index = built.has('index.html') ? readFileSync(join(folder, 'index.html'), 'utf8') : '';
  const send = (request: Request, response: Response, name: string): void => {
    const encoding = encodings.find(
      (each) => built.has(name + each.ending) && request.acceptsEncodings(each.name) === each.name,
    );
    response.vary('Accept-Encoding');
    response.type(extname(name));
    if (encoding) response.setHeader('Content-Encoding', encoding.name);
    response.sendFile(join(folder, name + (encoding?.ending ?? '')), {
      cacheControl: false,
      headers: { 'Cache-Control': cacheControlOf(name) },
    });
  };
  app.use((request: Request, response: Response, next: NextFunction) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return next();
    const name = request.path.slice(1);
    if (isPage(request.path)) {
      response.setHeader('Cache-Control', 'no-store');
      response.type('html').send(withNonce(index, String(response.locals['nonce'])));
    } else if (built.has(name) && name !== 'index.html' && !/\.(br|gz)$/.test(name)) {
      send(request, response, name);
    } else next();
  });
  app.use(serveStatic(folder, { index: false, cacheControl: false }));
}

/** Angular takes the nonce of its styles from an attribute on the application's own element. */
const withNonce = (page: string, nonce: string): string =>
  page.replace(/(<body[^>]*>\s*<[a-z]+-[a-z-]+)/, `$1 ngCspNonce="${nonce}"`);

const isPage = (path: string): boolean =>
  !/^\/(api|auth|internal|healthz|readyz|metrics)(\/|$)/i.test(path) && !/\.[a-z0-9]+$/i.test(path);

const cacheControlOf = (name: string): string =>
  /-[A-Za-z0-9_-]{8}\.(js|css)$/.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache';
