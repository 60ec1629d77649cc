import { BigQuery } from '@google-cloud/bigquery';
import { type GoogleAuth } from 'google-auth-library';
import { type JobRef } from '@outhaul/core';
import { authorizedText } from './authorized-fetch.js';
import { type Asked, translateError } from './translate-error.js';

export interface Call {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly project: string;
  /** Path below the project, e.g. `/datasets`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly json?: unknown;
}

export interface Dated<T> {
  readonly body: T;
  /** The response's `Date`, in whole seconds. */
  readonly dateMs: number;
}

const google = 'https://bigquery.googleapis.com';
const userAgent = 'outhaul';

/** Calls BigQuery's REST API through Google's client: its authentication, retries and time-outs. */
export class BigQueryRest {
  private readonly client: BigQuery;

  constructor(
    private readonly auth: GoogleAuth,
    projectId: string,
    private readonly apiEndpoint: string | undefined,
  ) {
    this.client = new BigQuery({
      projectId,
      authClient: auth as never,
      ...(apiEndpoint ? { apiEndpoint } : {}),
      userAgent,
    });
  }

  /** A job, by plain fetch: it is asked for once a second and export, and Google's client takes four times as long. */
  async readJob<T>({ project, id, location }: JobRef, asked: Asked): Promise<T> {
    const path = `/jobs/${segment(id)}`;
    if (!isPlace(project, path)) throw translateError({ code: 404 }, asked);
    const { text } = await authorizedText(
      this.auth,
      `${this.apiEndpoint ?? google}/bigquery/v2/projects/${project}${path}?${new URLSearchParams({ location, prettyPrint: 'false' })}`,
      { headers: { 'User-Agent': userAgent } },
      asked,
    );
    return JSON.parse(text) as T;
  }

  async call<T>(call: Call, asked: Asked): Promise<T> {
    return (await this.callDated<T>(call, asked)).body;
  }

  /** The same, with Google's clock at the response. */
  callDated<T>(call: Call, asked: Asked): Promise<Dated<T>> {
    const qs = Object.fromEntries(
      Object.entries(call.query ?? {}).filter(([, value]) => value !== undefined),
    );
    if (!isPlace(call.project, call.path))
      return Promise.reject(translateError({ code: 404 }, asked));
    return new Promise((resolve, reject) => {
      this.client.request(
        {
          method: call.method ?? 'GET',
          uri: call.path,
          projectId: call.project,
          qs,
          json: call.json ?? true,
        } as never,
        (error: unknown, body: unknown, response?: { headers?: { date?: string } }) => {
          if (error) reject(translateError(error, asked));
          else resolve({ body: body as T, dateMs: dateOf(response?.headers?.date) });
        },
      );
    });
  }
}

/** A proxy may have taken the header away; then this machine's clock has to do. */
function dateOf(header: string | undefined): number {
  const told = Date.parse(header ?? '');
  return Number.isNaN(told) ? Math.floor(Date.now() / 1_000) * 1_000 : told;
}

/** A name that is no name could lead to another resource than the one that was checked. */
const isPlace = (project: string, path: string): boolean =>
  isProjectId(project) && !/(^|\/)\.{1,2}(\/|$)/.test(path);

/** A project's id, also of the old form `domain.com:name`. */
const isProjectId = (text: string): boolean =>
  /^[a-z0-9][a-z0-9.:-]*$/i.test(text) && !text.includes('..');

/** A name as one segment of a path; `.` and `..`, which cannot be quoted, are refused by `call`. */
export const segment = (name: string): string => encodeURIComponent(Buffer.from(name).toString());
