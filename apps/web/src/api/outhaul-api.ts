import { Injectable } from '@angular/core';
import {
  createClient,
  type Export,
  type ExportRequest,
  type OuthaulClient,
  ProblemError,
  unwrap,
  watchExport,
} from '@outhaul/api-client';

/** The service, at the page’s own origin. */
@Injectable({ providedIn: 'root' })
export class OuthaulApi {
  readonly client: OuthaulClient = createClient({ baseUrl: location.origin });

  datasets() {
    return unwrap(this.client.GET('/api/v1/datasets'));
  }

  tables(dataset: string) {
    return unwrap(
      this.client.GET('/api/v1/tables', { params: { query: { dataset, pageSize: 1_000 } } }),
    );
  }

  table(dataset: string, table: string) {
    return unwrap(
      this.client.GET('/api/v1/tables/{dataset}/{table}', { params: { path: { dataset, table } } }),
    );
  }

  preview(dataset: string, table: string) {
    return unwrap(
      this.client.GET('/api/v1/tables/{dataset}/{table}/preview', {
        params: { path: { dataset, table }, query: { maxRows: 20 } },
      }),
    );
  }

  exports() {
    return unwrap(this.client.GET('/api/v1/export', { params: { query: { pageSize: 200 } } }));
  }

  start(body: ExportRequest) {
    return unwrap(this.client.POST('/api/v1/export', { body }));
  }

  downloads(id: string) {
    return unwrap(this.client.GET('/api/v1/download/{id}', { params: { path: { id } } }));
  }

  cancel(id: string) {
    return unwrap(this.client.POST('/api/v1/export/{id}/cancel', { params: { path: { id } } }));
  }

  watch(id: string, signal: AbortSignal): AsyncGenerator<Export> {
    return watchExport(id, { baseUrl: location.origin, signal });
  }
}

/** What went wrong, for a person, with what mends it where that is known. */
export function explain(error: unknown): { message: string; fix?: string } {
  if (error instanceof ProblemError)
    return { message: error.problem.detail, fix: error.problem.fix };
  return { message: $localize`The service cannot be reached. Is it running?` };
}
