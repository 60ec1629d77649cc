import { type ExportId } from '../ids.js';
import { type ExportRecord, type RecordSummary } from '../record.js';
import { type ExportSetRecord, type ExportSetSummary } from '../sets/set-record.js';
import { type Page, type PageRequest } from '../table.js';

/** One JSON object per state, replaced only at the generation that was read; `S` is what a listing tells. */
export interface VersionedStore<T, S> {
  /** Throws `record-conflict` when the id exists. */
  create(value: T): Promise<Versioned<T>>;
  /** Throws `export-not-found`. Where `known` is still the newest, it may be the answer itself. */
  read(id: string, known?: Versioned<T>): Promise<Versioned<T>>;
  /** Throws `record-conflict` when another has replaced it meanwhile. */
  replace(value: T, version: string): Promise<Versioned<T>>;
  /**
   * How many milliseconds the state may not be written again, as far as this process knows: objects take one write a second.
   * A write that comes sooner waits for so long.
   */
  restMs(id: string): number;
  remove(id: string): Promise<void>;
  /** Newest first, from the mirrored metadata only. A page may hold less than was asked for, or nothing, and not be the last. */
  list(page: PageRequest): Promise<ListedPage<S>>;
}

export interface ListedPage<S> extends Page<S> {
  /** Ids of what is there and cannot be read: it hides nothing else. */
  readonly unreadable?: readonly string[];
}

/** The exports' states. */
export interface RecordStore extends VersionedStore<ExportRecord, RecordSummary> {
  /** Binds a key of an owner to an id once and for all; answers the id that it is bound to. */
  claimKey(owner: string, key: string, claim: KeyClaim): Promise<KeyClaim>;
}

/** The states of sets of exports. */
export type ExportSetStore = VersionedStore<ExportSetRecord, ExportSetSummary>;

export interface KeyClaim {
  readonly id: ExportId;
  /** Digest of the request that the key was used with. */
  readonly requestDigest: string;
}

export interface Versioned<T> {
  readonly value: T;
  readonly version: string;
}
