import { type Caller } from '@outhaul/core';
import { type OuthaulRequest } from '../http/outhaul-request.js';

export const AUTHENTICATOR = Symbol('Authenticator');

/** Finds out who makes a request; throws `unauthenticated`. */
export interface Authenticator {
  authenticate(request: OuthaulRequest): Promise<Caller>;
}
