import { AppError, type ErrorCode, statusOfError } from '@outhaul/core';
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Inject,
} from '@nestjs/common';
import { type Response } from 'express';
import { LOG, type Log } from '../log.js';
import { type OuthaulRequest } from './outhaul-request.js';

/** Refusals that only the HTTP edge knows. */
export type EdgeCode =
  | 'route-not-found'
  | 'method-not-allowed'
  | 'body-malformed'
  | 'body-too-large'
  | 'media-type-unsupported'
  | 'cross-site-request'
  | 'rate-limited';

export const httpStatusOf: Readonly<Record<ErrorCode | EdgeCode, number>> = {
  ...statusOfError,
  'route-not-found': 404,
  'method-not-allowed': 405,
  'body-malformed': 400,
  'body-too-large': 413,
  'media-type-unsupported': 415,
  'cross-site-request': 403,
  'rate-limited': 429,
};

/** A refusal made at the edge, before core is asked. */
export class EdgeError extends Error {
  override readonly name = 'EdgeError';
  constructor(
    readonly code: EdgeCode,
    message: string,
    readonly fix?: string,
  ) {
    super(message);
  }
}

const titles: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** Turns every error into an RFC 9457 problem document; what is not ours becomes `internal` and tells nothing. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOG) private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<OuthaulRequest>();
    const response = host.switchToHttp().getResponse<Response>();
    const known = recognise(error);
    const status = httpStatusOf[known.code];
    if (status >= 500) {
      this.log.error(
        { event: 'request.failed', requestId: request.requestId, err: error },
        known.message,
      );
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (known.code === 'upstream-unavailable' || known.code === 'quota-exceeded') {
      response.setHeader('Retry-After', '5');
    }
    if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="Outhaul"');
    request.errorCode = known.code;
    response
      .status(status)
      .type('application/problem+json')
      .send(
        JSON.stringify({
          type: `about:blank#${known.code}`,
          title: titles[status] ?? 'Error',
          status,
          code: known.code,
          detail: known.message,
          ...(known instanceof AppError ? shownDetails(known) : { fix: known.fix }),
          requestId: request.requestId,
        }),
      );
  }
}

function shownDetails({ details }: AppError) {
  const { fix, permission, resource, faults } = details;
  return { fix, permission, resource, faults };
}

function recognise(error: unknown): AppError | EdgeError {
  if (error instanceof AppError || error instanceof EdgeError) return error;
  const parserError = error as { type?: string; status?: number; statusCode?: number };
  if (parserError.type === 'entity.too.large') {
    return new EdgeError(
      'body-too-large',
      'The body is larger than 1 MiB.',
      'Send a smaller request.',
    );
  }
  if (parserError.type === 'entity.parse.failed') {
    return new EdgeError(
      'body-malformed',
      `The body is not valid JSON: ${plain((error as Error).message)}`,
    );
  }
  if (error instanceof HttpException) return recogniseHttp(error);
  const status = parserError.status ?? parserError.statusCode;
  if (status !== undefined && status >= 400 && status < 500) {
    return status === 415
      ? new EdgeError(
          'media-type-unsupported',
          'The body’s encoding is not supported.',
          'Send JSON in UTF-8.',
        )
      : new EdgeError('body-malformed', 'The request could not be read.');
  }
  return new AppError(
    'internal',
    'Something went wrong on our side. The request id finds it in the log.',
    {},
    { cause: error },
  );
}

function recogniseHttp(error: HttpException): AppError | EdgeError {
  if (error.getStatus() === 404)
    return new EdgeError(
      'route-not-found',
      'There is nothing at this address.',
      'See /api/docs for the routes.',
    );
  if (error.getStatus() === 413)
    return new EdgeError('body-too-large', 'The body is larger than 1 MiB.');
  if (error.getStatus() < 500) return new EdgeError('body-malformed', plain(error.message));
  return new AppError(
    'internal',
    'Something went wrong on our side. The request id finds it in the log.',
    {},
    { cause: error },
  );
}

/** Text of the sender’s, shortened and without control characters. */
const plain = (text: string): string => text.replace(/\p{Cc}/gu, ' ').slice(0, 200);
