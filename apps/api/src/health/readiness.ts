export const READINESS = Symbol('Readiness');

/** Whether what the service needs can be reached; throws `upstream-unavailable` when not. */
export interface Readiness {
  check(): Promise<void>;
}
