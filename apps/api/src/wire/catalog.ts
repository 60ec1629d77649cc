import { z } from 'zod';
import { fieldTypes, type Field } from '@outhaul/core';

const count = z.int().min(0);
const epochMs = z.number().describe('Milliseconds since 1970-01-01 UTC.');

export const fieldSchema: z.ZodType<Field> = z.object({
  name: z.string(),
  type: z.enum(fieldTypes),
  mode: z.enum(['NULLABLE', 'REQUIRED', 'REPEATED']),
  description: z.string().optional(),
  get fields() {
    return z.array(fieldSchema).optional();
  },
  precision: z.int().optional(),
  scale: z.int().optional(),
  maxLength: z.int().optional(),
  policyTags: z.array(z.string()).optional(),
  rangeElementType: z.enum(fieldTypes).optional(),
});

export const tableRefSchema = z.object({
  project: z.string(),
  dataset: z.string(),
  table: z.string(),
});

const labels = z.record(z.string(), z.string()).optional();
export const tableKindSchema = z.enum([
  'table',
  'view',
  'materialized-view',
  'external',
  'snapshot',
]);

export const datasetSchema = z.object({
  project: z.string(),
  dataset: z.string(),
  location: z.string().optional(),
  description: z.string().optional(),
  labels,
});

export const tableSummarySchema = z.object({
  ref: tableRefSchema,
  kind: tableKindSchema,
  createdMs: epochMs.optional(),
  partitioned: z.boolean(),
  labels,
});

export const tableSchema = z.object({
  ref: tableRefSchema,
  kind: tableKindSchema,
  fields: z.array(fieldSchema),
  location: z.string(),
  description: z.string().optional(),
  labels,
  etag: z.string(),
  createdMs: epochMs,
  modifiedMs: epochMs,
  expiresMs: epochMs.optional(),
  rowCount: count.optional().describe('Absent for views and external tables.'),
  sizeBytes: count.optional().describe('Logical bytes.'),
  hasStreamingBuffer: z.boolean(),
  partitioning: z
    .object({
      column: z.string().optional(),
      unit: z.enum(['HOUR', 'DAY', 'MONTH', 'YEAR', 'INTEGER']),
      requireFilter: z.boolean(),
    })
    .optional(),
  clustering: z.array(z.string()).optional(),
  viewSql: z.string().optional(),
});

export const partitionSchema = z.object({
  id: z.string(),
  rowCount: count,
  sizeBytes: count,
  modifiedMs: epochMs,
});

const nextPageToken = z.string().optional().describe('Pass it as `pageToken` for the next page.');
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextPageToken });

export const datasetPageSchema = pageOf(datasetSchema);
export const tablePageSchema = pageOf(tableSummarySchema);
export const partitionPageSchema = pageOf(partitionSchema);

export const previewSchema = z.object({
  fields: z.array(fieldSchema),
  rows: z
    .array(z.array(z.unknown()))
    .describe('Cells in the fields’ order: text, null, lists, and objects by field name.'),
  nextPageToken,
});
