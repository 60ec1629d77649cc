import { exportSetRequestSchema, exportSetStates, memberStates } from '@outhaul/core';
import { z } from 'zod';
import { pageOf, tableKindSchema, tableRefSchema } from './catalog.js';
import { planSchema, recordedErrorSchema } from './exports.js';

const count = z.int().min(0);
const instant = z.iso.datetime({ offset: true });

export const exportSetStateSchema = z.enum(exportSetStates);

const memberState = z.enum(memberStates);

const totals = {
  tables: count,
  succeeded: count,
  failed: count.describe('Failed and refused ones.'),
  rows: count,
  files: count,
  bytes: count,
};

export const setMemberSchema = z.object({
  table: tableRefSchema,
  kind: tableKindSchema.optional(),
  exportId: z.string().describe('Its export, once it is `running`.'),
  state: memberState,
  rows: count.optional(),
  files: count.optional(),
  bytes: count.optional(),
  error: recordedErrorSchema.optional(),
});

/** One set with the state of each of its tables. */
export const exportSetSchema = z.object({
  id: z.string(),
  state: exportSetStateSchema,
  owner: z.string(),
  createdAt: instant,
  label: z.string().optional(),
  request: exportSetRequestSchema,
  asOf: instant.describe('The instant of all tables that have a past.'),
  totals: z.object(totals),
  tables: z.array(setMemberSchema),
  note: z.string().optional().describe('Why it waits.'),
  cancelRequestedAt: instant.optional(),
  outcome: z
    .object({ state: z.enum(['succeeded', 'partial', 'failed', 'cancelled']), at: instant })
    .optional(),
});

export const exportSetSummarySchema = z.object({
  id: z.string(),
  owner: z.string(),
  state: exportSetStateSchema,
  createdAt: instant,
  source: z.string().describe('`dataset`, `dataset.pattern`, or the number of tables.'),
  format: z.string(),
  label: z.string().optional(),
  finishedAt: instant.optional(),
  ...totals,
});

export const exportSetPageSchema = pageOf(exportSetSummarySchema);

export const plannedMemberSchema = z.object({
  table: tableRefSchema,
  engine: planSchema.shape.engine.optional(),
  cost: planSchema.shape.cost.optional(),
  rowCount: count.optional(),
  sourceBytes: count.optional(),
  warnings: planSchema.shape.warnings.optional(),
  error: recordedErrorSchema.optional(),
});

export const exportSetPlanSchema = z.object({
  asOf: instant,
  tables: z.array(plannedMemberSchema),
  cost: z.object({ billedBytes: count, amount: z.number(), currency: z.string() }),
  refused: count.describe('How many tables cannot be exported as asked.'),
});

export const exportSetManifestSchema = z.object({
  version: z.literal(1),
  exportSetId: z.string(),
  createdAt: instant,
  asOf: instant,
  totals: z.object(totals),
  tables: z.array(
    z.object({
      table: z.string(),
      state: memberState,
      exportId: z.string(),
      manifest: z.string().optional().describe('`gs://` address of the export’s own manifest.'),
      manifestCrc32c: z.string().optional(),
      manifestSha256: z.string().optional().describe('SHA-256 of its text, in hexadecimal digits.'),
      pinned: z.boolean().optional().describe('Whether the rows are those of the set’s instant.'),
      rows: count.optional(),
      files: count.optional(),
      sizeBytes: count.optional(),
      error: recordedErrorSchema.optional(),
    }),
  ),
});

export { exportSetRequestSchema };
