import { type Caller } from '@outhaul/core';
import { type Request } from 'express';

/** What our middleware and guard add to Express’s request. */
export interface OuthaulRequest extends Request {
  requestId: string;
  /** Where it came from, by the proxies that are trusted. */
  address?: string;
  caller?: Caller;
  errorCode?: string;
}
