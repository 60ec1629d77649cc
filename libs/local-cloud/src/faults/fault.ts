import { CloudError } from '../http/cloud-error.js';
import { type Route } from '../http/route.js';

/** What goes wrong. Sizes count bytes of the answer's body. */
export type Fault =
  /** Answers this status without doing any work. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly reason?: string;
      readonly retryAfterSeconds?: number;
    }
  /** Resets the connection before any work is done. */
  | { readonly kind: 'dropRequest' }
  /** Does the work, then resets the connection instead of answering. */
  | { readonly kind: 'lostReply' }
  /** Sends this much of the body, then resets the connection. */
  | { readonly kind: 'reset'; readonly afterBytes: number }
  /** Flips the bits of one byte of the body. */
  | { readonly kind: 'corrupt'; readonly atByte: number }
  /** Waits before the work, and sends the body no faster than this. */
  | { readonly kind: 'slow'; readonly delayMs: number; readonly bytesPerSecond: number }
  /** Delivers a task twice (operation `cloudtasks.dispatch` only). */
  | { readonly kind: 'duplicate' };

/** Which calls a fault meets; everything given must fit. */
export interface FaultMatch {
  readonly service?: Route['service'];
  /** Google's operation name; `*` stands for any text. */
  readonly operation?: string;
  readonly method?: string;
  /** The decoded path; `*` stands for any text. */
  readonly path?: string;
}

export interface FaultPlan {
  readonly fault: Fault;
  readonly match: FaultMatch;
  /** Matching calls that pass unharmed first. */
  readonly skip: number;
  /** Matching calls that are met after those. */
  readonly count: number;
}

const services: readonly string[] = ['bigquery', 'storage', 'identity', 'tasks', 'kms'];
const faultFields: Readonly<Record<Fault['kind'], readonly string[]>> = {
  status: ['status', 'reason', 'retryAfterSeconds'],
  dropRequest: [],
  lostReply: [],
  reset: ['afterBytes'],
  corrupt: ['atByte'],
  slow: ['delayMs', 'bytesPerSecond'],
  duplicate: [],
};
/** Faults of an answer's body: nobody reads what a task's target answers. */
const bodyFaults: readonly Fault['kind'][] = ['reset', 'corrupt'];
const matchFields = ['service', 'operation', 'method', 'path'];

/** Reads `POST /_local/faults`: one flat object of a kind with its numbers, what it matches, `skip` and `count`. */
export function parseFaultPlan(body: Readonly<Record<string, unknown>>): FaultPlan {
  const fault = parseFault(body, [...matchFields, 'skip', 'count']);
  const match = Object.fromEntries(
    matchFields.flatMap((field) =>
      body[field] === undefined ? [] : [[field, textOf(body, field)]],
    ),
  ) as FaultMatch;
  if (match.service !== undefined && !services.includes(match.service))
    throw refused(`service must be one of ${services.join(', ')}`);
  const isDispatch = match.operation === 'cloudtasks.dispatch';
  if (isDispatch ? bodyFaults.includes(fault.kind) : fault.kind === 'duplicate')
    throw refused(
      `${fault.kind} ${isDispatch ? 'cannot meet' : 'can only meet'} operation cloudtasks.dispatch`,
    );
  return { fault, match, skip: countOf(body, 'skip', 0), count: countOf(body, 'count', 1) };
}

/** Reads the header `X-Local-Fault: kind=status&status=503`, which meets the call that carries it. */
export function parseFaultHeader(text: string): Fault {
  const fields = Object.fromEntries(
    [...new URLSearchParams(text)].map(([name, value]) => [
      name,
      /^\d{1,15}$/.test(value) ? Number(value) : value,
    ]),
  );
  return parseFault(fields, []);
}

function parseFault(body: Readonly<Record<string, unknown>>, others: readonly string[]): Fault {
  const kind = String(body['kind']) as Fault['kind'];
  if (!Object.hasOwn(faultFields, kind))
    throw refused(`kind must be one of ${Object.keys(faultFields).join(', ')}`);
  const known = new Set(['kind', ...faultFields[kind], ...others]);
  const stray = Object.keys(body).find((field) => !known.has(field));
  if (stray !== undefined) throw refused(`${stray.slice(0, 60)} is no setting of ${kind}`);
  switch (kind) {
    case 'status': {
      const status = countOf(body, 'status', 503);
      if (status < 400 || status > 599) throw refused('status must be between 400 and 599');
      return {
        kind,
        status,
        ...(body['reason'] === undefined ? {} : { reason: textOf(body, 'reason') }),
        ...(body['retryAfterSeconds'] === undefined
          ? {}
          : { retryAfterSeconds: countOf(body, 'retryAfterSeconds', 0) }),
      };
    }
    case 'reset':
      return { kind, afterBytes: countOf(body, 'afterBytes', 0) };
    case 'corrupt':
      return { kind, atByte: countOf(body, 'atByte', 0) };
    case 'slow':
      return {
        kind,
        delayMs: countOf(body, 'delayMs', 0),
        bytesPerSecond: countOf(body, 'bytesPerSecond', 0),
      };
    case 'dropRequest':
    case 'lostReply':
    case 'duplicate':
      return { kind };
  }
}

function countOf(
  body: Readonly<Record<string, unknown>>,
  field: string,
  otherwise: number,
): number {
  const value = body[field] ?? otherwise;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw refused(`${field} must be a whole number`);
  return value;
}

function textOf(body: Readonly<Record<string, unknown>>, field: string): string {
  const value = body[field];
  if (typeof value !== 'string' || value === '') throw refused(`${field} must be a text`);
  return value;
}

const refused = (what: string): CloudError =>
  new CloudError(400, 'invalid', `The fault was not understood: ${what}.`);
