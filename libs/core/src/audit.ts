/** One decision: who asked for what, and whether it was granted. Never holds tokens, URLs or values of rows. */
export interface AuditEvent {
  readonly at: string;
  readonly who: string;
  readonly action: string;
  readonly decision: 'allow' | 'deny';
  readonly reason?: string;
  readonly exportId?: string;
  readonly files?: readonly string[];
}

/** Where decisions are put on record. */
export interface AuditSink {
  write(event: AuditEvent): Promise<void>;
}
