import { type AuditEvent, type AuditSink, isAppError, type Permission } from '@outhaul/core';
import { type OuthaulRequest } from '../http/outhaul-request.js';
import { EdgeError } from '../http/problem.js';

/** Core puts these on record itself, with all that it knows of them. */
const recordedByCore: ReadonlySet<string> = new Set<Permission>([
  'exports.plan',
  'exports.create',
  'exports.download',
]);
const refusals = new Set([401, 403, 404, 429]);

interface Recording {
  /** The permission that the route names. */
  readonly needed: string;
  readonly audit: AuditSink;
  readonly projectId: string;
}

/** Puts on record that the guard has not let a request through, whatever becomes of the connection. */
export function recordRefusal(request: OuthaulRequest, error: unknown, to: Recording): void {
  note(request, to, { decision: 'deny', reason: codeOf(error) });
}

/**
 * Puts on record what came of a request that the guard has let through. It is known when the response is closed: a table
 * may turn out to be one that the caller may not see. Without a response nothing was handed out, so that a caller who
 * hangs up at once leaves no permission behind.
 */
export function recordDecision(request: OuthaulRequest, to: Recording): void {
  const { res: response } = request;
  if (!response || recordedByCore.has(to.needed)) return;
  const record = (): void => note(request, to, decisionOf(request, response));
  if (response.closed) record();
  else response.once('close', record);
}

function decisionOf(
  { errorCode }: OuthaulRequest,
  { headersSent, statusCode }: { readonly headersSent: boolean; readonly statusCode: number },
): Pick<AuditEvent, 'decision' | 'outcome' | 'reason'> {
  if (!headersSent) return { decision: 'deny', reason: errorCode ?? 'connection-closed' };
  if (refusals.has(statusCode)) return { decision: 'deny', reason: errorCode };
  return statusCode >= 400
    ? { decision: 'allow', outcome: 'failed', reason: errorCode }
    : { decision: 'allow' };
}

function note(
  request: OuthaulRequest,
  { needed, audit, projectId }: Recording,
  decision: Pick<AuditEvent, 'decision' | 'outcome' | 'reason'>,
): void {
  const { id, dataset, table } = request.params as Record<string, string | undefined>;
  const project =
    typeof request.query['project'] === 'string' ? request.query['project'] : projectId;
  audit.note({
    at: new Date().toISOString(),
    who: request.caller?.email ?? 'anonymous',
    ...originOf(request),
    action: `${request.method} ${(request.route as { path?: string } | undefined)?.path ?? ''}`,
    permission: needed,
    ...decision,
    [isOfSets(request) ? 'exportSetId' : 'exportId']: id?.slice(0, 100),
    table: dataset && [project, dataset, table].filter(Boolean).join('.').slice(0, 300),
  });
}

const codeOf = (error: unknown): string =>
  isAppError(error) || error instanceof EdgeError ? error.code : 'internal';

const isOfSets = ({ path }: OuthaulRequest): boolean => /^\/api\/v1\/export-sets\//i.test(path);

/** For the audit: where it came from. */
export const originOf = (request: OuthaulRequest) => ({
  address: request.address,
  requestId: request.requestId,
});
