/**
 * Which log lines mean what, in the Cloud Logging query language. The fields are those that apps/api/src/telemetry writes;
 * e2e/delivery/alerts.spec.ts holds each filter against lines of the running service.
 */
export function logFilters(name: string) {
  const ours = `resource.type="cloud_run_revision" AND resource.labels.service_name=("${name}-api" OR "${name}-worker")`;
  const event = (event: string, rest = '') =>
    `${ours} AND jsonPayload.event="${event}"${rest === '' ? '' : ` AND ${rest}`}`;
  // Streams stay open for as long as someone watches, zips for as long as they are downloaded, and the worker works for
  // up to twenty seconds at a time by design.
  const isAQuestion =
    'NOT jsonPayload.route:"/events" AND NOT jsonPayload.route:"/archive" AND NOT jsonPayload.route:"/internal/"';
  return {
    requests: event('request', isAQuestion),
    requestErrors: event('request', 'httpRequest.status>=500'),
    exportsEnded: event('export.ended'),
    exportsFailed: event('export.ended', 'jsonPayload.state="failed"'),
    // A request that is refused so was for a file that is not the one on record.
    verificationFailed: `${ours} AND jsonPayload.event=("export.ended" OR "request") AND jsonPayload.errorCode=("verification-failed" OR "files-changed")`,
    billed: event('export.started', 'jsonPayload.billedBytes>0'),
    stuck: event('export.stuck'),
    ticks: event('tick'),
    denied: event('request', 'jsonPayload.errorCode=("permission-denied" OR "unauthenticated")'),
    internalRefused: event('internal.refused'),
    faults: `${ours} AND severity>=ERROR AND jsonPayload.event=("request.failed" OR "process.crashed")`,
    auditNotStored: event('audit.not-stored'),
    // Written by Cloud Run itself: an instance that does not start, has run out of memory, or was ended by a probe.
    containerFaults: `${ours} AND log_id("run.googleapis.com/varlog/system") AND severity>=ERROR`,
    // Google's own audit log: someone changes who may read, run or act. Services name their methods each in its own way.
    accessChanged:
      'log_id("cloudaudit.googleapis.com/activity") AND protoPayload.methodName=~"(?i)(SetIamPolicy|setIamPermissions|CreateServiceAccountKey|(Create|Update|Undelete)Role|WorkloadIdentityPool)"',
  } as const;
}

export type LogFilter = keyof ReturnType<typeof logFilters>;
