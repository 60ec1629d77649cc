export * from './access/access-review.js';
export * from './access/permissions.js';
export * from './access/roles.js';
export * from './audit/audit-batch.js';
export * from './audit/audit-event.js';
export * from './audit/read-activity.js';
export * from './audit/verify-audit.js';
export * from './caller.js';
export * from './closest-name.js';
export * from './error-status.js';
export * from './errors.js';
export * from './exporter.js';
export * from './ids.js';
export {
  exportSetStates,
  exportStates,
  isExportRecord,
  isExportSetRecord,
} from './is-export-record.js';
export * from './manifest.js';
export * from './plan/plan.js';
export * from './ports/file-store.js';
export * from './ports/record-store.js';
export * from './ports/signer.js';
export * from './ports/surroundings.js';
export * from './ports/warehouse.js';
export * from './record.js';
export * from './request/export-request.js';
export * from './schema.js';
export * from './table.js';
export * from './sets/set-record.js';
export { type ExportSetManifest, type SetManifestEntry } from './sets/set-manifest.js';
export { type ExportSetPlan, type PlannedMember } from './sets/plan-set.js';
export { exportSetRequestSchema, type ExportSetRequest } from './sets/set-request.js';
export { type ExportView, viewOf } from './view/export-view.js';
export { planViewOf } from './view/plan-view.js';
export { setViewOf } from './view/set-view.js';
export { makeExporter } from './make-exporter.js';
export { type ExporterDeps } from './exporter/deps.js';
export { parseRequest } from './request/parse-request.js';
export { compileRequest } from './plan/compile-request.js';
export { planExport } from './plan/plan-export.js';
export { memberOf } from './plan/preflight.js';
export { type PlanningSettings } from './plan/prepare-plan.js';
export { typeSupport } from './plan/type-support.js';
export { combineCrc32c, decodeCrc32c, encodeCrc32c } from './run/crc32c.js';
export { type Swept } from './run/sweep.js';
export { knownReasons, reactionTo } from './run/retries.js';
export { quoteIdentifier } from './transform/quote.js';
