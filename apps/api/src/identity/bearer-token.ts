import { AppError } from '@outhaul/core';
import { type OuthaulRequest } from '../http/outhaul-request.js';

/** Longer than any access token of Google's. */
const longest = 4_096;

/**
 * The access token of the `Authorization` header; undefined when there is none. `X-Serverless-Authorization` is between
 * the caller and Cloud Run, and is never looked at here.
 */
export function bearerToken(request: OuthaulRequest): string | undefined {
  const header = request.headers.authorization;
  if (header === undefined) return undefined;
  const [, token] = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(header) ?? [];
  if (token !== undefined && token.length <= longest) return token;
  throw new AppError('unauthenticated', 'The Authorization header holds no bearer token.', {
    fix: 'Send Authorization: Bearer ACCESS_TOKEN.',
  });
}
