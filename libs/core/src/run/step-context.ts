import { type Caller } from '../caller.js';
import { type FileStore } from '../ports/file-store.js';
import { type Signer } from '../ports/signer.js';
import { type Surroundings } from '../ports/surroundings.js';
import { type JobRef, type JobState, type MaskKeys, type Warehouse } from '../ports/warehouse.js';
import { type ExportRecord, type StepRecord } from '../record.js';
import { jobFailureText } from './job-failure-text.js';

/** What a step works with. */
export interface StepContext {
  readonly record: ExportRecord;
  readonly step: StepRecord;
  /** What the steps before have come to is on record, so what they have read may go. */
  readonly isOnRecord: boolean;
  /** The export's owner, when they are here; only they may begin jobs that read the source. */
  readonly owner?: Caller;
  /** The service's own account: looks at jobs, counts files. */
  readonly service: Warehouse;
  readonly serviceProject: string;
  readonly files: FileStore;
  readonly surroundings: Surroundings;
  readonly maskKeys?: MaskKeys;
  readonly signer?: Signer;
}

/** What a step came to; `figures` are added to the record's. */
export type StepResult =
  | {
      readonly kind: 'done';
      readonly step?: Partial<StepRecord>;
      readonly figures?: ExportRecord['figures'];
    }
  /** Something outside is at work on it. */
  | {
      readonly kind: 'running';
      readonly step?: Partial<StepRecord>;
      readonly figures?: ExportRecord['figures'];
    }
  /** There is more to do at once; with `recordFirst` only when this is on record, since it cannot be undone. */
  | {
      readonly kind: 'more';
      readonly recordFirst?: boolean;
      readonly step?: Partial<StepRecord>;
      readonly figures?: ExportRecord['figures'];
    }
  /** It needs the owner, who is not here. */
  | { readonly kind: 'waiting'; readonly note: string };

/**
 * A job of this step failed; the table of retries decides what follows. It is logged and kept, so that BigQuery's message,
 * which may hold values of rows, goes no further than here.
 */
export class JobFailure extends Error {
  override readonly name = 'JobFailure';
  readonly reason: string;

  constructor(
    { reason, message }: NonNullable<JobState['error']>,
    readonly job: JobRef,
  ) {
    super(jobFailureText(reason, message));
    this.reason = /^[a-z]{1,40}$/i.test(reason) ? reason : 'unknown';
  }
}
