import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { withoutSignature } from '../identity/removed-signature.js';
import { queueOf, type TaskRecord } from './task-record.js';

/** Tokens that a task carries. */
export interface TaskTokens {
  idTokenFor(email: string, audience: string): Promise<string>;
  accessTokenFor(email: string, scope: string): string;
}

/** The target's HTTP status, or why there was none. */
export type Delivery =
  | {
      readonly httpStatus: number;
      /** What the target asked for in `Retry-After`. */
      readonly retryAfterMs?: number;
    }
  | { readonly failure: 'DEADLINE_EXCEEDED' | 'UNAVAILABLE'; readonly message: string };

/** What a task's credentials look like when they arrive. */
export interface TaskDelivery {
  readonly tokens: TaskTokens;
  /**
   * The target stands behind Cloud Run's IAM, which lets a request in and takes the signature out of its identity
   * token before the container sees it: https://docs.cloud.google.com/run/docs/troubleshooting#signature-removed
   */
  readonly isBehindIam?: boolean;
}

/** Sends a task to its target once and reads the answer away. Redirects are not followed. */
export async function deliverTask(
  task: TaskRecord,
  delivery: TaskDelivery,
  signal: AbortSignal,
): Promise<Delivery> {
  const { url, method, body } = task.request;
  const headers = {
    ...task.request.headers,
    ...cloudTasksHeaders(task),
    ...(await credentials(task, delivery)),
  };
  const bytes = body === undefined ? undefined : Buffer.from(body, 'base64');
  const limit = AbortSignal.any([signal, AbortSignal.timeout(task.deadlineMs)]);
  const isSecure = url.startsWith('https:');
  return new Promise((resolve) => {
    const outgoing = (isSecure ? secureRequest : plainRequest)(
      url,
      {
        method,
        headers: bytes ? { ...headers, 'content-length': bytes.length } : headers,
        signal: limit,
        agent: false,
        // Loopback only, where certificates are self-signed.
        ...(isSecure ? { rejectUnauthorized: false } : {}),
      },
      (answer) => {
        answer.on('error', () => undefined);
        answer.resume();
        answer.once('close', () =>
          resolve(
            answer.complete
              ? { httpStatus: answer.statusCode ?? 0, ...retryAfter(answer.headers['retry-after']) }
              : { failure: 'UNAVAILABLE', message: 'The answer was cut off.' },
          ),
        );
      },
    );
    outgoing.once('error', (error) =>
      resolve(
        limit.aborted && !signal.aborted
          ? { failure: 'DEADLINE_EXCEEDED', message: 'The dispatch deadline has passed.' }
          : { failure: 'UNAVAILABLE', message: error.message },
      ),
    );
    outgoing.end(bytes);
  });
}

/** Seconds, or a date; anything else says nothing. */
function retryAfter(text: string | undefined): { retryAfterMs?: number } {
  if (text === undefined) return {};
  const waitMs = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return waitMs > 0 ? { retryAfterMs: waitMs } : {};
}

function cloudTasksHeaders(task: TaskRecord): Record<string, string> {
  const idOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
  return {
    'user-agent': 'Google-Cloud-Tasks',
    ...(task.request.body !== undefined && !hasHeader(task, 'content-type')
      ? { 'content-type': 'application/octet-stream' }
      : {}),
    'x-cloudtasks-queuename': idOf(queueOf(task.name)),
    'x-cloudtasks-taskname': idOf(task.name),
    'x-cloudtasks-taskretrycount': String(task.dispatchCount),
    'x-cloudtasks-taskexecutioncount': String(task.responseCount),
    'x-cloudtasks-tasketa': (task.scheduledMs / 1000).toFixed(6),
    ...(task.lastHttpStatus === undefined
      ? {}
      : { 'x-cloudtasks-taskpreviousresponse': String(task.lastHttpStatus) }),
  };
}

async function credentials(
  { request: { oidcToken, oauthToken } }: TaskRecord,
  { tokens, isBehindIam = false }: TaskDelivery,
): Promise<Record<string, string>> {
  if (oidcToken) {
    const token = await tokens.idTokenFor(oidcToken.serviceAccountEmail, oidcToken.audience);
    return { authorization: `Bearer ${isBehindIam ? withoutSignature(token) : token}` };
  }
  if (oauthToken)
    return {
      authorization: `Bearer ${tokens.accessTokenFor(oauthToken.serviceAccountEmail, oauthToken.scope)}`,
    };
  return {};
}

const hasHeader = ({ request }: TaskRecord, wanted: string): boolean =>
  Object.keys(request.headers).some((name) => name.toLowerCase() === wanted);
