import { Injectable } from '@angular/core';
import {
  type AccessReview,
  createClient,
  type Export,
  type ExportRequest,
  type ExportSetRequest,
  type OuthaulClient,
  unwrap,
  watchExport,
} from '@outhaul/api-client';
import { reportFault } from './faults';
import { newTraceparent } from './new-traceparent';

export interface TableAddress {
  readonly dataset: string;
  readonly table: string;
}

export interface ExportsQuery {
  readonly owner?: string;
  readonly state?: Export['state'];
  readonly search?: string;
  readonly pageSize?: number;
  readonly pageToken?: string;
}

export interface ActivityQuery {
  readonly who?: string;
  readonly action?: string;
  readonly decision?: 'allow' | 'deny';
  readonly export?: string;
  readonly pageSize?: number;
  readonly pageToken?: string;
}

/** The service, at the page’s own origin. */
@Injectable({ providedIn: 'root' })
export class OuthaulApi {
  readonly client: OuthaulClient = createClient({ baseUrl: location.origin, fetch: observedFetch });

  me(signal?: AbortSignal) {
    return unwrap(this.client.GET('/api/v1/me', { signal }));
  }

  datasets(pageToken?: string) {
    return unwrap(
      this.client.GET('/api/v1/datasets', { params: { query: { pageSize: 1_000, pageToken } } }),
    );
  }

  tables(dataset: string, pageToken?: string) {
    return unwrap(
      this.client.GET('/api/v1/tables', {
        params: { query: { dataset, pageSize: 1_000, pageToken } },
      }),
    );
  }

  table(path: TableAddress, signal?: AbortSignal) {
    return unwrap(
      this.client.GET('/api/v1/tables/{dataset}/{table}', { params: { path }, signal }),
    );
  }

  partitions(path: TableAddress, signal?: AbortSignal) {
    return unwrap(
      this.client.GET('/api/v1/tables/{dataset}/{table}/partitions', { params: { path }, signal }),
    );
  }

  preview(path: TableAddress, maxRows: number, signal?: AbortSignal) {
    return unwrap(
      this.client.GET('/api/v1/tables/{dataset}/{table}/preview', {
        params: { path, query: { maxRows } },
        signal,
      }),
    );
  }

  exports(query: ExportsQuery = {}, signal?: AbortSignal) {
    return unwrap(this.client.GET('/api/v1/export', { params: { query }, signal }));
  }

  plan(body: ExportRequest, signal?: AbortSignal) {
    return unwrap(this.client.POST('/api/v1/export/plan', { body, signal }));
  }

  start(body: ExportRequest, idempotencyKey: string) {
    return unwrap(
      this.client.POST('/api/v1/export', {
        body,
        params: { header: { 'Idempotency-Key': idempotencyKey } },
      }),
    );
  }

  downloads(id: string) {
    return unwrap(this.client.GET('/api/v1/download/{id}', { params: { path: { id } } }));
  }

  cancel(id: string) {
    return unwrap(this.client.POST('/api/v1/export/{id}/cancel', { params: { path: { id } } }));
  }

  retry(id: string) {
    return unwrap(this.client.POST('/api/v1/export/{id}/retry', { params: { path: { id } } }));
  }

  remove(id: string) {
    return unwrap(this.client.DELETE('/api/v1/export/{id}', { params: { path: { id } } }));
  }

  manifest(id: string) {
    return unwrap(this.client.GET('/api/v1/export/{id}/manifest', { params: { path: { id } } }));
  }

  sets(signal?: AbortSignal) {
    return unwrap(
      this.client.GET('/api/v1/export-sets', { params: { query: { pageSize: 200 } }, signal }),
    );
  }

  set(id: string, signal?: AbortSignal) {
    return unwrap(
      this.client.GET('/api/v1/export-sets/{id}', { params: { path: { id } }, signal }),
    );
  }

  planSet(body: ExportSetRequest, signal?: AbortSignal) {
    return unwrap(this.client.POST('/api/v1/export-sets/plan', { body, signal }));
  }

  startSet(body: ExportSetRequest, idempotencyKey: string) {
    return unwrap(
      this.client.POST('/api/v1/export-sets', {
        body,
        params: { header: { 'Idempotency-Key': idempotencyKey } },
      }),
    );
  }

  cancelSet(id: string) {
    return unwrap(
      this.client.POST('/api/v1/export-sets/{id}/cancel', { params: { path: { id } } }),
    );
  }

  retrySet(id: string) {
    return unwrap(this.client.POST('/api/v1/export-sets/{id}/retry', { params: { path: { id } } }));
  }

  activity(query: ActivityQuery, signal?: AbortSignal) {
    return unwrap(this.client.GET('/api/v1/activity', { params: { query }, signal }));
  }

  async access(signal?: AbortSignal): Promise<AccessReview> {
    // The route can answer as CSV too, when that is asked for.
    return (await unwrap(this.client.GET('/api/v1/access', { signal }))) as AccessReview;
  }

  insights(range: 'hour' | 'day' | 'week' | 'month', signal?: AbortSignal) {
    return unwrap(this.client.GET('/api/v1/insights', { params: { query: { range } }, signal }));
  }

  watch(
    id: string,
    signal: AbortSignal,
    onReconnect: (attempt: number) => void,
  ): AsyncGenerator<Export> {
    return watchExport(id, {
      baseUrl: location.origin,
      signal,
      onReconnect,
      fetch: observedFetch,
      maxDelayMs: 5_000,
    });
  }
}

/**
 * The browser’s fetch, each call the beginning of a trace; what it answers or fails with is told to whoever shows the
 * state of the connection.
 */
async function observedFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  try {
    const request = new Request(input, init);
    request.headers.set('traceparent', newTraceparent());
    const response = await fetch(request);
    reportFault(response.status === 401 ? 'signed-out' : 'none');
    return response;
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'AbortError')) reportFault('unreachable');
    throw error;
  }
}
