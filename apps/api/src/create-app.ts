import { NestFactory } from '@nestjs/core';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { json, type NextFunction, type Request, type Response, Router } from 'express';
import { serveApiDocs } from './api-docs.js';
import { AppModule, type Parts } from './app.module.js';
import { serveConsole } from './console.js';
import { guardEdge } from './http/edge.js';
import { EdgeError } from './http/problem.js';
import { observeRequests } from './telemetry/observe-requests.js';

const bodyLimitBytes = 1 << 20;

/** Builds the HTTP application around its parts, without listening; `docsDir` holds the API's description. */
export async function createApp(parts: Parts, docsDir?: string): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.of(parts), {
    bodyParser: false,
    logger: false,
    abortOnError: false,
  });
  app.use(observeRequests(parts.telemetry, parts.log));
  guardEdge(app, parts.config);
  app.use(readBodies());
  if (docsDir) serveApiDocs(app, docsDir);
  if (parts.config.consoleDir) serveConsole(app, parts.config.consoleDir);
  await app.init();
  return app;
}

/** Only what announces a body is led through its parsers: most requests do not. */
function readBodies() {
  const parsers = Router().use(
    '/api',
    onlyJson,
    json({ limit: bodyLimitBytes, strict: false, type: () => true }),
  );
  return (request: Request, response: Response, next: NextFunction): void => {
    const { 'transfer-encoding': coding, 'content-length': length } = request.headers;
    if (coding === undefined && length === undefined) next();
    else parsers(request, response, next);
  };
}

function onlyJson(request: Request, _response: Response, next: NextFunction): void {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined ||
    Number(request.headers['content-length'] ?? 0) > 0;
  if (hasBody && !request.is('application/json')) {
    throw new EdgeError(
      'media-type-unsupported',
      'The body must be JSON.',
      'Send Content-Type: application/json.',
    );
  }
  next();
}
