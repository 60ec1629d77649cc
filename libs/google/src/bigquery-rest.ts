import { BigQuery } from '@google-cloud/bigquery';
import { type GoogleAuth } from 'google-auth-library';
import { type Asked, translateError } from './translate-error.js';

export interface Call {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly project: string;
  /** Path below the project, e.g. `/datasets`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly json?: unknown;
}

/** Calls BigQuery's REST API through Google's client: its authentication, retries and time-outs. */
export class BigQueryRest {
  private readonly client: BigQuery;

  constructor(auth: GoogleAuth, projectId: string, apiEndpoint: string | undefined) {
    this.client = new BigQuery({
      projectId,
      authClient: auth as never,
      ...(apiEndpoint ? { apiEndpoint } : {}),
      userAgent: 'outhaul',
    });
  }

  call<T>(call: Call, asked: Asked): Promise<T> {
    const qs = Object.fromEntries(
      Object.entries(call.query ?? {}).filter(([, value]) => value !== undefined),
    );
    return new Promise((resolve, reject) => {
      this.client.request(
        {
          method: call.method ?? 'GET',
          uri: call.path,
          projectId: call.project,
          qs,
          json: call.json ?? true,
        } as never,
        (error: unknown, body: unknown) => {
          if (error) reject(translateError(error, asked));
          else resolve(body as T);
        },
      );
    });
  }
}
