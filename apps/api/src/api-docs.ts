import { join } from 'node:path';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { static as serveStatic, type NextFunction, type Request, type Response } from 'express';

/** Serves the API's description: `/api/openapi.json`, and pages to read and try it at `/api/docs`. */
export function serveApiDocs(app: NestExpressApplication, folder: string): void {
  app.use('/api/docs', serveStatic(folder, { redirect: true, maxAge: '1h' }));
  app.use('/api/openapi.json', (request: Request, response: Response, next: NextFunction) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return next();
    response.sendFile(join(folder, 'openapi.json'));
  });
}
