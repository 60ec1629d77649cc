import { type AuditSink, type Permission } from '@outhaul/core';
import { type OuthaulRequest } from '../http/outhaul-request.js';

/** Core puts these on record itself, with all that it knows of them. */
const recordedByCore: ReadonlySet<string> = new Set<Permission>([
  'exports.plan',
  'exports.create',
  'exports.download',
]);
const refusals = new Set([401, 403, 404, 429]);

/** Puts the decision on a route on record when its answer is known: a table may turn out to be one that the caller may not see. */
export function recordDecision(
  request: OuthaulRequest,
  needed: string,
  audit: AuditSink,
  projectId: string,
): void {
  const { res: response } = request;
  response?.once('close', () => {
    const { statusCode } = response;
    const isRefused = refusals.has(statusCode);
    if (statusCode >= 400 && !isRefused) return;
    if (request.isAllowed && recordedByCore.has(needed)) return;
    const { id, dataset, table } = request.params as Record<string, string | undefined>;
    const project =
      typeof request.query['project'] === 'string' ? request.query['project'] : projectId;
    audit.note({
      at: new Date().toISOString(),
      who: request.caller?.email ?? 'anonymous',
      ...originOf(request),
      action: `${request.method} ${(request.route as { path?: string } | undefined)?.path ?? ''}`,
      permission: needed,
      decision: isRefused ? 'deny' : 'allow',
      reason: isRefused ? request.errorCode : undefined,
      [isOfSets(request) ? 'exportSetId' : 'exportId']: id?.slice(0, 100),
      table: dataset && [project, dataset, table].filter(Boolean).join('.').slice(0, 300),
    });
  });
}

const isOfSets = ({ path }: OuthaulRequest): boolean => /^\/api\/v1\/export-sets\//i.test(path);

/** For the audit: where it came from. */
export const originOf = (request: OuthaulRequest) => ({
  address: request.address,
  requestId: request.requestId,
});
