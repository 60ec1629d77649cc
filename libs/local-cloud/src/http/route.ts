import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Caller } from '../identity/caller.js';

/** One request as a handler sees it: decoded path parameters, query, caller, and the raw streams. */
export interface CloudRequest {
  readonly method: string;
  readonly url: URL;
  /** The path as it came, still percent-encoded, without the query. */
  readonly rawPath: string;
  /** Path parameters, percent-decoded once. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly caller: Caller;
  readonly raw: IncomingMessage;
  readonly response: ServerResponse;
  /** Reads and parses the whole JSON body (at most `maxBytes`, default 10 MiB); `{}` when it is empty. */
  json<T = Record<string, unknown>>(maxBytes?: number): Promise<T>;
}

/** What a handler answers. `undefined` = it has written the response itself (streams). */
export interface CloudResponse {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly body?: Buffer | string;
}

/** One line of the route table; SUPPORT.md is generated from these. */
export interface Route {
  readonly service: 'bigquery' | 'storage' | 'identity' | 'tasks' | 'kms' | 'admin';
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  /**
   * `:name` matches one path segment (percent-decoded), `:name:verb` one that ends in a custom verb, `*name` the rest of
   * the path. Where several routes match, literals win over verbs, those over parameters, those over rests.
   */
  readonly path: string;
  /** Google's own operation name, e.g. `bigquery.jobs.insert`. */
  readonly operation: string;
  /** What of it is not supported, one short sentence, for SUPPORT.md. */
  readonly limits?: string;
  handler(request: CloudRequest): Promise<CloudResponse | undefined> | CloudResponse | undefined;
}
