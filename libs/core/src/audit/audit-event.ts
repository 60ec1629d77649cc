/** Where a request came from. */
export interface Origin {
  readonly address?: string;
  readonly requestId?: string;
}

/** One decision: who asked for what, and whether it was granted. Never holds tokens, URLs or values of rows. */
export interface AuditEvent extends Origin {
  /** RFC 3339. */
  readonly at: string;
  /** E-mail address; `anonymous` for callers who did not say, `outhaul` for the service itself. */
  readonly who: string;
  /** `export.start` and the like, or the route: `GET /api/v1/tables/:dataset/:table`. */
  readonly action: string;
  readonly decision: 'allow' | 'deny';
  /**
   * What came of a permission: `pending` is written before something is destroyed, `done` or `failed` after it. A `pending`
   * that nothing follows: the process died in between. Absent: the decision was all.
   */
  readonly outcome?: 'pending' | 'done' | 'failed';
  /** Error code of a denial or a failure; `connection-closed` when the caller did not wait for the response. */
  readonly reason?: string;
  /** Outhaul's permission that the action needs. */
  readonly permission?: string;
  readonly exportId?: string;
  /** Of a set's own events, and of the exports that it has begun. */
  readonly exportSetId?: string;
  /** `project.dataset.table`, or `query`; of a set the names or the pattern that it was asked for by. */
  readonly table?: string;
  /** Every table that was read, `project.dataset.table`: those of queries, expressions and views too; at most the first hundred. */
  readonly tables?: readonly string[];
  /** Columns handed over, at most the first hundred. */
  readonly columns?: readonly string[];
  /** Columns whose values are not the source's. */
  readonly masked?: readonly string[];
  readonly isFiltered?: boolean;
  /** Names of the files handed over; absent = all of them. */
  readonly files?: readonly string[];
  readonly rows?: number;
  readonly bytes?: number;
  /** Where the files lie, `gs://bucket/prefix`. */
  readonly destination?: string;
}

/** Where decisions are put on record. */
export interface AuditSink {
  /** Resolves when the event is on record for good; what it allows must wait for that. */
  write(event: AuditEvent): Promise<void>;
  /** Puts it on record soon, together with others. */
  note(event: AuditEvent): void;
}
