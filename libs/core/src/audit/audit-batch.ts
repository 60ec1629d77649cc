import { type Page } from '../table.js';
import { type AuditEvent } from './audit-event.js';

/** The newest batch of a segment that another segment has seen: cutting off its end then shows. */
export interface AuditHead {
  readonly segment: string;
  readonly sequence: number;
  /** Hex SHA-256 of the batch's whole text. */
  readonly digest: string;
}

/**
 * Some events of one process, as one object that is never replaced. `previous` is the digest of the batch before it in
 * the same segment, so that none can be altered, left out or put in.
 */
export interface AuditBatch {
  readonly version: 1;
  /** One run of one process. */
  readonly segment: string;
  /** From 1. */
  readonly sequence: number;
  readonly at: string;
  /** `start` in the first batch. */
  readonly previous: string;
  /** Heads of other segments, in the first batch. */
  readonly witnesses?: readonly AuditHead[];
  /** The process has ended in good order; nothing follows. */
  readonly sealed?: true;
  readonly events: readonly AuditEvent[];
}

export interface StoredBatch extends AuditHead {
  readonly name: string;
}

export interface AuditPageRequest {
  readonly pageSize?: number;
  /** Name of the last batch that was seen. */
  readonly after?: string;
  /** Only batches written from this instant on, epoch ms. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** Batches as objects of the records bucket. */
export interface AuditStore {
  /** Creates the object; a repeat with the same text is no error, another text `record-conflict`. */
  append(batch: StoredBatch, text: string): Promise<void>;
  /** Newest first. */
  list(page: AuditPageRequest): Promise<Page<StoredBatch>>;
  read(name: string): Promise<string>;
}

const lastMs = 9_999_999_999_999;
const folder = 'audit/';

/** Names sort newest first, whichever process wrote them. */
export const batchName = ({ at, segment, sequence }: AuditBatch): string =>
  `${batchPrefix(Date.parse(at))}-${segment}-${String(sequence).padStart(8, '0')}.json`;

/** What the names of batches of this instant begin with. */
export const batchPrefix = (ms: number): string =>
  folder + String(lastMs - Math.min(Math.max(ms, 0), lastMs)).padStart(13, '0');

/** Throws when the text is no batch. */
export function parseBatch(text: string): AuditBatch {
  const batch = JSON.parse(text) as AuditBatch;
  if (batch?.version === 1 && Array.isArray(batch.events) && typeof batch.segment === 'string')
    return batch;
  throw new Error('it is no batch of audit events');
}
