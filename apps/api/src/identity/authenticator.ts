import { type Caller } from '@outhaul/core';
import { type OuthaulRequest } from '../http/outhaul-request.js';

export const AUTHENTICATOR = Symbol('Authenticator');

/** Finds out who makes a request; throws `unauthenticated`. */
export interface Authenticator {
  authenticate(request: OuthaulRequest): Promise<Caller>;
  /** Who is behind a request whose response is under way: as of now, and without renewing anything. */
  recheck(request: OuthaulRequest): Promise<Caller>;
}
