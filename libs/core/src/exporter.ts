import { type Caller } from './caller.js';
import { type Manifest } from './manifest.js';
import { type Plan } from './plan/plan.js';
import { type StoredFile } from './ports/file-store.js';
import { type ExportRecord, type RecordSummary } from './record.js';
import { type Swept } from './run/sweep.js';
import { type ExportSetPlan } from './sets/plan-set.js';
import { type ExportSetManifest } from './sets/set-manifest.js';
import { type ExportSetRecord, type ExportSetSummary } from './sets/set-record.js';
import { type Page, type PageRequest } from './table.js';

export interface ListFilter extends PageRequest {
  /** Only this owner's; only admins may name another than themselves. */
  readonly owner?: string;
  readonly state?: string;
  /** Matches source, label, owner and id. */
  readonly search?: string;
  /** Only the exports of this set. */
  readonly set?: string;
}

export interface FileDownload {
  readonly file: StoredFile;
  /** Name below the export's prefix. */
  readonly name: string;
  readonly url: string;
  readonly expiresAt: string;
}

/** Many tables at one instant; each is an export of its own. */
export interface ExportSets {
  plan(caller: Caller, request: unknown): Promise<ExportSetPlan>;
  start(
    caller: Caller,
    request: unknown,
    options?: { idempotencyKey?: string },
  ): Promise<ExportSetRecord>;
  /** Does at most one step of work of each table that runs; safe to call like an export's `advance`. */
  advance(id: string, caller?: Caller): Promise<ExportSetRecord>;
  get(caller: Caller, id: string): Promise<ExportSetRecord>;
  list(caller: Caller, filter: ListFilter): Promise<Page<ExportSetSummary>>;
  cancel(caller: Caller, id: string): Promise<ExportSetRecord>;
  /** Takes the failed and the refused tables up again. */
  retry(caller: Caller, id: string): Promise<ExportSetRecord>;
  /** Removes the set with its exports and their files. */
  remove(caller: Caller, id: string): Promise<void>;
  manifest(caller: Caller, id: string): Promise<ExportSetManifest>;
}

/** Core's facade: access decisions and audit happen here, once. */
export interface Exporter {
  readonly sets: ExportSets;
  plan(caller: Caller, request: unknown): Promise<Plan>;
  start(
    caller: Caller,
    request: unknown,
    options?: { idempotencyKey?: string; traceId?: string },
  ): Promise<ExportRecord>;
  /** Does at most one step of work; safe to call at any time, any number of times, from any instance. */
  advance(id: string, caller?: Caller): Promise<ExportRecord>;
  /** Removes the files whose retention has ended; to be called every few minutes, from anywhere. */
  sweep(most?: number): Promise<Swept>;
  get(caller: Caller, id: string): Promise<ExportRecord>;
  list(caller: Caller, filter: ListFilter): Promise<Page<RecordSummary>>;
  cancel(caller: Caller, id: string): Promise<ExportRecord>;
  retry(caller: Caller, id: string): Promise<ExportRecord>;
  remove(caller: Caller, id: string): Promise<void>;
  manifest(caller: Caller, id: string): Promise<Manifest>;
  /** The finished export's files, manifest included. */
  files(caller: Caller, id: string): Promise<readonly StoredFile[]>;
  signDownloads(
    caller: Caller,
    id: string,
    names?: readonly string[],
  ): Promise<readonly FileDownload[]>;
}
