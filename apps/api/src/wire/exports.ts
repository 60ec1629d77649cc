import {
  compressions,
  errorCodes,
  exportRequestSchema,
  exportStates,
  formats,
  roles,
  stepKinds,
} from '@outhaul/core';
import { z } from 'zod';
import { fieldSchema, pageOf, tableRefSchema } from './catalog.js';

const count = z.int().min(0);
const instant = z.iso.datetime({ offset: true });

export const stepKindSchema = z.enum(stepKinds);
export const stateSchema = z.enum(exportStates);

export const planWarningSchema = z.object({
  code: z.string(),
  message: z.string(),
  column: z.string().optional(),
  fix: z.string().optional(),
});

export const planSchema = z.object({
  engine: z.object({ kind: z.enum(['extract', 'query']), reason: z.string() }),
  steps: z.array(stepKindSchema),
  source: z.object({
    table: tableRefSchema.optional(),
    tables: z
      .array(tableRefSchema)
      .optional()
      .describe('Every table that the query reads, as BigQuery’s dry run names them.'),
    location: z.string(),
    billingProject: z.string(),
    asOf: instant,
    pinned: z
      .boolean()
      .describe('Whether the rows are those of `asOf`; otherwise they are read when the jobs run.'),
    partition: z.string().optional(),
    etag: z.string().optional(),
    rowCount: count.optional(),
    sql: z.string().optional(),
    whereAt: z
      .object({ from: count, to: count })
      .optional()
      .describe('The characters of `sql` whose place the `where` of a slice takes.'),
    staged: z
      .string()
      .optional()
      .describe('A query whose rows go to a temporary table first, which `sql` reads.'),
    where: z.string().optional().describe('The rows of the partitions, as SQL.'),
    extractFrom: tableRefSchema.optional().describe('Table of the extract job, with decorators.'),
    slices: z
      .array(
        z.object({
          folder: z.string(),
          partition: z.string(),
          extractFrom: tableRefSchema.optional(),
          where: z
            .string()
            .optional()
            .describe('The condition for its rows: goes into `sql` at `whereAt`.'),
          sql: z.string().optional().describe('Of exports of older versions.'),
        }),
      )
      .optional()
      .describe('One job each, when every partition has a folder of its own.'),
    parameters: z
      .array(
        z.object({
          name: z.string(),
          type: z.string(),
          value: z.union([z.string(), z.array(z.string())]),
        }),
      )
      .optional()
      .describe('Bound values of the SQL; told by `planExport` only, and not with a keyed mask.'),
  }),
  files: z.object({
    bucket: z.string(),
    prefix: z.string(),
    pattern: z.string().describe('`*` is filled by BigQuery, `{part}` and `{of}` by Outhaul.'),
    namedBy: z.enum(['bigquery', 'outhaul']),
    examples: z.array(z.string()).describe('Names as they will be: the first and the last.'),
    expected: z
      .object({ atLeast: count, atMost: count.optional() })
      .describe('How many files; BigQuery decides, so that often only the least is known.'),
    written: z
      .object({
        format: z.enum(['parquet', 'csv', 'jsonl', 'avro']),
        compression: z.enum(compressions),
        header: z.boolean(),
      })
      .describe('What BigQuery is asked to write.'),
    targetBytes: count.optional(),
    rowsPerFile: count.optional().describe('Of workbooks.'),
    retentionDays: count
      .optional()
      .describe('Days until the files are removed; absent: until somebody removes them.'),
    format: z.enum(formats),
    compression: z.enum(compressions),
    shape: z.enum(['shards', 'single']),
    header: z.boolean(),
    delimiter: z.string(),
    sourceBytes: count.optional(),
  }),
  cost: z.object({
    free: z.boolean(),
    billedBytes: count,
    amount: z.number(),
    currency: z.string(),
    explanation: z.string(),
  }),
  fields: z.array(fieldSchema),
  verify: z.enum(['rows', 'fingerprint']),
  warnings: z.array(planWarningSchema),
  maskedColumns: z.array(z.string()),
  quota: z
    .object({
      freeBytesPerDay: count,
      usedBytes: count,
      leftBytes: count,
      explanation: z.string(),
    })
    .optional()
    .describe('Of the free extract quota, as far as this service knows; in a plan only.'),
});

export const stepSchema = z.object({
  kind: stepKindSchema,
  state: z.enum(['pending', 'running', 'waiting', 'done', 'failed']),
  attempt: count,
  startedAt: instant.optional(),
  finishedAt: instant.optional(),
  job: z.object({ project: z.string(), location: z.string(), id: z.string() }).optional(),
  progress: z
    .object({ rows: count.optional(), files: count.optional(), bytes: count.optional() })
    .optional(),
  note: z.string().optional(),
});

export const recordedErrorSchema = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  fix: z.string().optional(),
  permission: z.string().optional(),
  resource: z.string().optional(),
});

export const outcomeSchema = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('succeeded'),
    at: instant,
    rows: count,
    files: count,
    bytes: count,
  }),
  z.object({
    state: z.literal('failed'),
    at: instant,
    step: stepKindSchema,
    error: recordedErrorSchema,
  }),
  z.object({ state: z.literal('cancelled'), at: instant }),
]);

/** Status of one export; also the data of each status event. */
export const exportSchema = z.object({
  id: z.string(),
  state: stateSchema,
  owner: z.string(),
  createdAt: instant,
  attempt: count,
  label: z.string().optional(),
  set: z.string().optional().describe('The set of exports that it belongs to.'),
  request: exportRequestSchema,
  plan: planSchema,
  steps: z.array(stepSchema),
  cancelRequestedAt: instant.optional(),
  filesRemovedAt: instant.optional().describe('When retention has removed its files.'),
  outcome: outcomeSchema.optional(),
});

export const exportSummarySchema = z.object({
  id: z.string(),
  owner: z.string(),
  state: stateSchema,
  createdAt: instant,
  source: z.string().describe('`dataset.table`, or `query`.'),
  format: z.string(),
  label: z.string().optional(),
  set: z.string().optional(),
  finishedAt: instant.optional(),
  rows: count.optional(),
  files: count.optional(),
  bytes: count.optional(),
  errorCode: z.string().optional(),
  billingProject: z.string().optional(),
  extractBytes: count.optional().describe('What it took of the free extract quota.'),
  reads: z
    .string()
    .optional()
    .describe('Datasets that its query reads, `project.dataset` with commas between.'),
  cleanAt: instant.optional().describe('When its files will be removed.'),
  filesRemovedAt: instant.optional(),
});

export const exportPageSchema = pageOf(exportSummarySchema);

/** The bill of lading beside the files; its JSON Schema is published. */
export const manifestSchema = z.object({
  version: z.literal(1),
  exportId: z.string(),
  createdAt: instant,
  owner: z.string(),
  request: exportRequestSchema,
  source: z.object({
    table: z.string().optional().describe('`project.dataset.table`'),
    sql: z.string().optional().describe('The query that was run; its values are bound.'),
    etag: z.string().optional().describe('Of the table’s metadata when the export was planned.'),
    asOf: instant,
    pinned: z
      .boolean()
      .describe(
        'Whether the rows are those of `asOf`; otherwise they were read when the export ran.',
      ),
    partition: z.string().optional(),
    rows: count,
  }),
  engine: z.enum(['extract', 'query']),
  jobs: z.array(z.string()).describe('BigQuery’s jobs, `project:location.id`.'),
  format: z.string(),
  compression: z.string(),
  schema: z.array(fieldSchema),
  maskedColumns: z.array(z.string()),
  verified: z.object({
    how: z.enum(['rows', 'fingerprint']),
    sourceRows: count,
    fileRows: count,
    by: z.string().describe('How the rows of the files were counted.'),
    sourceFingerprint: z.string().optional(),
    fileFingerprint: z.string().optional(),
  }),
  totals: z.object({ files: count, rows: count, sizeBytes: count }),
  files: z.array(
    z.object({
      name: z.string().describe('Relative to the manifest.'),
      sizeBytes: count,
      crc32c: z.string().describe('Base64 of the big-endian CRC32C.'),
      generation: z.string(),
      rows: count.optional(),
    }),
  ),
});

export const downloadFileSchema = z.object({
  name: z.string().describe('Relative to the export.'),
  sizeBytes: count,
  crc32c: z.string().describe('Base64 of the big-endian CRC32C.'),
  generation: z.string(),
  url: z.string().describe('Signed; good until `expiresAt` for whoever holds it.'),
  expiresAt: instant,
});

export const downloadSchema = z.object({
  id: z.string(),
  files: z.array(downloadFileSchema),
});

export const meSchema = z.object({
  email: z.string(),
  name: z.string().optional(),
  role: z
    .enum(roles)
    .optional()
    .describe('Absent for those whom IAM gives no part in the files bucket.'),
  permissions: z.array(z.string()),
  expiresAt: instant.optional().describe('When the sign-in or access token ends.'),
});

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().describe('Stable; safe to compare.'),
    detail: z.string().describe('What is wrong, for a person.'),
    fix: z.string().optional().describe('The exact command or change that mends it.'),
    permission: z.string().optional(),
    resource: z.string().optional(),
    faults: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
    requestId: z.string(),
  })
  .describe('RFC 9457 problem document.');

export { exportRequestSchema };
