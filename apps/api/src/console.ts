import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { static as serveStatic, type NextFunction, type Request, type Response } from 'express';

/** Serves the console’s built files; addresses that are pages of the console answer its index. */
export function serveConsole(app: NestExpressApplication, folder: string): void {
  app.use(
    serveStatic(folder, {
      index: false,
      setHeaders: (response, path) => {
        const isHashed = /-[A-Za-z0-9_-]{8}\.(js|css|woff2?)$/.test(path);
        response.setHeader(
          'Cache-Control',
          isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
        );
      },
    }),
  );
  app.use(async (request: Request, response: Response, next: NextFunction) => {
    const isPage =
      (request.method === 'GET' || request.method === 'HEAD') &&
      !/^\/(api|auth|internal|healthz|readyz|metrics)(\/|$)/.test(request.path) &&
      !/\.[a-z0-9]+$/i.test(request.path);
    if (!isPage) return next();
    const page = await readFile(join(folder, 'index.html'), 'utf8');
    response.setHeader('Cache-Control', 'no-store');
    response.type('html').send(withNonce(page, String(response.locals['nonce'])));
  });
}

/** Angular takes the nonce of its styles from an attribute on the application's own element. */
const withNonce = (page: string, nonce: string): string =>
  page.replace(/(<body[^>]*>\s*<[a-z]+-[a-z-]+)/, `$1 ngCspNonce="${nonce}"`);
