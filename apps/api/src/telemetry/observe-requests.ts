import { randomUUID } from 'node:crypto';
import { context, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { type NextFunction, type Response } from 'express';
import { type OuthaulRequest } from '../http/outhaul-request.js';
import { type Log } from '../log.js';
import { contextOfTraceparent, traceparentOf, withRequestId } from './request-context.js';
import { type Telemetry } from './telemetry.js';

const requestIdPattern = /^[A-Za-z0-9._-]{1,100}$/;

/**
 * Gives each request its id and trace, taken from the caller where they are well formed and sent back, and when it has
 * ended its log line and its figures.
 */
export const observeRequests =
  ({ metrics, history, tracing }: Telemetry, log: Log) =>
  (request: OuthaulRequest, response: Response, next: NextFunction): void => {
    const given = request.header('x-request-id');
    request.requestId = given && requestIdPattern.test(given) ? given : randomUUID();
    request.address = request.ip;
    response.setHeader('X-Request-Id', request.requestId);
    const parent = contextOfTraceparent(request.header('traceparent'));
    const span = tracing.beginRequest(parent);
    const scope = withRequestId(trace.setSpan(parent, span), request.requestId);
    response.setHeader('traceparent', traceparentOf(span.spanContext()));
    const startedAt = performance.now();
    metrics.requestBegan();
    // Its own scope: the listener would otherwise run in whatever context closes the socket.
    response.on('close', () => context.with(scope, ended));
    context.with(scope, next);

    function ended(): void {
      metrics.requestEnded();
      const durationMs = performance.now() - startedAt;
      const route = routeOf(request);
      const { statusCode: status } = response;
      endSpan(span, request.method, route, status);
      if (request.errorCode === 'permission-denied' || request.errorCode === 'unauthenticated')
        metrics.denied(request.errorCode);
      if (route.startsWith('/api/v1/download') && status < 400) metrics.downloaded();
      if (!isStream(response)) {
        metrics.answered(durationMs / 1000, { method: request.method, route, status });
        history.record(Date.now(), route, durationMs, status >= 500);
      }
      log.info(
        {
          event: 'request',
          method: request.method,
          route,
          status,
          durationMs: Math.round(durationMs),
          errorCode: request.errorCode,
          caller: request.caller?.email,
          httpRequest: {
            requestMethod: request.method,
            requestUrl: route,
            status,
            latency: `${(durationMs / 1000).toFixed(3)}s`,
            userAgent: request.headers['user-agent']?.slice(0, 200),
            remoteIp: request.address,
          },
        },
        'request',
      );
    }
  };

/** The route's pattern, never the address itself: ids would make a figure of each, and queries can hold secrets. */
const routeOf = (request: OuthaulRequest): string =>
  (request.route as { path?: string } | undefined)?.path ?? 'other';

/** A stream lasts as long as someone watches; its duration says nothing about the service. */
const isStream = (response: Response): boolean =>
  String(response.getHeader('content-type') ?? '').startsWith('text/event-stream');

function endSpan(span: Span, method: string, route: string, status: number): void {
  if (!span.isRecording()) return;
  span.updateName(`${method} ${route}`);
  span.setAttributes({
    'http.request.method': method,
    'http.route': route,
    'http.response.status_code': status,
  });
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
