import { signal } from '@angular/core';
import { type Problem, ProblemError } from '@outhaul/api-client';

export type ConnectionFault = 'none' | 'unreachable' | 'signed-out';

const fault = signal<ConnectionFault>('none');

/** What stands between the console and the service right now. */
export const connectionFault = fault.asReadonly();

/** Told by each request. Signed out stays signed out: other answers may come from what needs no sign-in. */
export function reportFault(found: ConnectionFault): void {
  if (fault() !== 'signed-out' || found === 'signed-out') fault.set(found);
}

export interface Explained {
  readonly message: string;
  readonly fix?: string;
  readonly code?: string;
  readonly requestId?: string;
}

/** What went wrong, for a person, with what mends it where that is known. */
export function explain(error: unknown): Explained {
  const problem = problemOf(error);
  if (problem)
    return {
      message: problem.detail,
      fix: problem.fix,
      code: problem.code,
      requestId: problem.requestId,
    };
  return { message: $localize`:@@fault.unreachable:The service cannot be reached. Is it running?` };
}

/** The problem document of a refusal. */
export const problemOf = (error: unknown): Problem | undefined =>
  error instanceof ProblemError ? error.problem : undefined;
