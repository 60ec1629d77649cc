import { endWithin } from './http/end-within.js';

/**
 * Cloud Run kills a process 10 seconds after SIGTERM. Connections are cut off after 8 (`closeServer`), and what is decided
 * then is still to be stored.
 */
const workMs = 8_200;
const auditMs = 1_000;
const restMs = 500;

/** What a service does until it ends. */
export interface Running {
  /** Requests and exports: they are waited for, while there is time. */
  readonly work: Promise<unknown>;
  /** Stores what was decided, so that the trail is whole. */
  sealAudit(): Promise<void>;
  /** What may be lost. */
  rest(): Promise<unknown>;
}

/** Ends in order; tells whether all that was under way has ended. */
export async function stopService({ work, sealAudit, rest }: Running): Promise<boolean> {
  const isDone = await endWithin(work, workMs);
  const isSealed = await endWithin(sealAudit(), auditMs);
  const isAtRest = await endWithin(rest(), restMs);
  return isDone && isSealed && isAtRest;
}
