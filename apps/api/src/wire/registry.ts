import { z } from 'zod';
import * as access from './access.js';
import * as activity from './activity.js';
import * as catalog from './catalog.js';
import * as sets from './export-sets.js';
import * as exports from './exports.js';
import { insightsSchema } from './insights.js';
import { signInOptionsSchema } from './sign-in-options.js';
import { signingKeySchema } from './signing-key.js';

/** Every schema of the API by the name it bears in the OpenAPI document. */
export const wireSchemas = {
  Field: catalog.fieldSchema,
  TableRef: catalog.tableRefSchema,
  Dataset: catalog.datasetSchema,
  DatasetPage: catalog.datasetPageSchema,
  TableSummary: catalog.tableSummarySchema,
  TablePage: catalog.tablePageSchema,
  Table: catalog.tableSchema,
  Partition: catalog.partitionSchema,
  PartitionPage: catalog.partitionPageSchema,
  Preview: catalog.previewSchema,
  ExportRequest: exports.exportRequestSchema,
  Plan: exports.planSchema,
  PlanWarning: exports.planWarningSchema,
  Step: exports.stepSchema,
  Outcome: exports.outcomeSchema,
  Export: exports.exportSchema,
  ExportSummary: exports.exportSummarySchema,
  ExportPage: exports.exportPageSchema,
  DownloadFile: exports.downloadFileSchema,
  Download: exports.downloadSchema,
  Insights: insightsSchema,
  Manifest: exports.manifestSchema,
  ExportSetRequest: sets.exportSetRequestSchema,
  ExportSetPlan: sets.exportSetPlanSchema,
  PlannedMember: sets.plannedMemberSchema,
  ExportSet: sets.exportSetSchema,
  SetMember: sets.setMemberSchema,
  ExportSetSummary: sets.exportSetSummarySchema,
  ExportSetPage: sets.exportSetPageSchema,
  ExportSetManifest: sets.exportSetManifestSchema,
  Me: exports.meSchema,
  SignInOptions: signInOptionsSchema,
  SigningKey: signingKeySchema,
  AccessGrant: access.accessGrantSchema,
  AccessReview: access.accessReviewSchema,
  ActivityEvent: activity.activityEventSchema,
  ActivityPage: activity.activityPageSchema,
  AuditLogPage: activity.auditLogPageSchema,
  Problem: exports.problemSchema,
} satisfies Record<string, z.ZodType>;

export type WireName = keyof typeof wireSchemas;

/** The schemas as JSON Schema 2020-12, which OpenAPI 3.1 takes as it is; they refer to each other by name. */
export function wireJsonSchemas(): Record<WireName, object> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(wireSchemas)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    uri: (id) => `#/components/schemas/${id}`,
    io: 'input',
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const { $schema: _schema, $id: _id, ...rest } = schema as Record<string, unknown>;
      return [name, rest];
    }),
  ) as Record<WireName, object>;
}
