import { z } from 'zod';
import { mostRowsOfSheet } from '../xlsx/sheet-limits.js';

/** The output formats. BigQuery writes all but `xlsx`, which Outhaul makes itself. */
export const formats = ['parquet', 'csv', 'jsonl', 'avro', 'xlsx'] as const;
export type Format = (typeof formats)[number];

export const compressions = ['none', 'gzip', 'snappy', 'zstd', 'deflate'] as const;
export type Compression = (typeof compressions)[number];

/** Which compressions each format can have; the first is the default. */
export const compressionsOf: Record<Format, readonly Compression[]> = {
  parquet: ['snappy', 'zstd', 'gzip', 'none'],
  csv: ['none', 'gzip'],
  jsonl: ['none', 'gzip'],
  avro: ['snappy', 'deflate', 'none'],
  xlsx: ['none'],
};

export const projectIdSchema = z
  .string()
  .regex(/^[a-z][a-z0-9.:-]{4,62}[a-z0-9]$/, 'is not a Google Cloud project id')
  .describe('Google Cloud project id, e.g. `my-project`.');
export const datasetIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_]{1,1024}$/, 'may hold letters, digits and underscores only')
  .describe('BigQuery dataset id.');
export const tableIdSchema = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^[\p{L}\p{M}\p{N}\p{Pc}\p{Pd}\p{Zs}]+$/u, 'is not a BigQuery table id')
  .describe('BigQuery table, view or materialized view id.');
const columnName = z.string().min(1).max(300);
export const instantSchema = z.iso.datetime({ offset: true }).describe('RFC 3339 instant.');
const scalar = z.union([z.string().max(10_000), z.number(), z.boolean()]);

export const partitionSchema = z
  .union([
    z.string().regex(/^(-?\d{1,19}|__NULL__|__UNPARTITIONED__)$/),
    z.strictObject({ from: z.string().min(1).max(40), to: z.string().min(1).max(40) }),
    z.strictObject({ changedSince: instantSchema }),
  ])
  .describe(
    'One partition (`20260101`), a range of them (inclusive), or those changed since an instant.',
  );

const tableSource = z.strictObject({
  type: z.literal('table'),
  project: projectIdSchema
    .optional()
    .describe('The project that holds the table; default: the service’s.'),
  dataset: datasetIdSchema,
  table: tableIdSchema,
  partition: partitionSchema.optional(),
  asOf: instantSchema
    .optional()
    .describe('Rows as of this instant, within the time travel window.'),
});

const querySource = z.strictObject({
  type: z.literal('query'),
  sql: z.string().min(1).max(1_000_000).describe('One GoogleSQL query.'),
});

const mask = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('null') }),
    z.strictObject({ kind: z.literal('constant'), value: z.string().max(1_000) }),
    z.strictObject({ kind: z.literal('sha256') }).describe('Keyed with the service’s own key.'),
    z.strictObject({ kind: z.literal('keep-first'), count: z.int().min(0).max(1_000) }),
    z.strictObject({ kind: z.literal('keep-last'), count: z.int().min(0).max(1_000) }),
    z.strictObject({ kind: z.literal('date-to-month') }),
    z.strictObject({ kind: z.literal('email-domain') }),
  ])
  .describe('What stands in the file instead of the value.');

const castTypes = [
  'STRING',
  'INT64',
  'FLOAT64',
  'BOOL',
  'NUMERIC',
  'BIGNUMERIC',
  'BYTES',
  'DATE',
  'TIME',
  'DATETIME',
  'TIMESTAMP',
] as const;

const column = z.strictObject({
  name: columnName.describe('Column of the source; a nested field by its path, `customer.name`.'),
  as: columnName.optional().describe('Its name in the files.'),
  cast: z.enum(castTypes).optional(),
  mask: mask.optional(),
});

const comparison = z.enum(['=', '!=', '<', '<=', '>', '>=']);
const predicate = z.union([
  z.strictObject({ column: columnName, is: comparison, value: scalar }),
  z.strictObject({ column: columnName, is: z.enum(['null', 'not-null']) }),
  z.strictObject({
    column: columnName,
    is: z.enum(['in', 'not-in']),
    values: z.array(scalar).min(1).max(1_000),
  }),
  z.strictObject({ column: columnName, is: z.literal('between'), from: scalar, to: scalar }),
  z.strictObject({
    column: columnName,
    is: z.enum(['contains', 'starts-with', 'ends-with']),
    value: z.string().max(1_000),
  }),
]);
const filter = z.union([
  z.strictObject({ all: z.array(predicate).min(1).max(100) }),
  z.strictObject({ any: z.array(predicate).min(1).max(100) }),
  z.strictObject({
    expression: z.string().min(1).max(10_000).describe('One GoogleSQL expression of type BOOL.'),
  }),
]);

/** What a person asks for; unknown fields are refused. */
export const exportRequestSchema = z.strictObject({
  source: z.discriminatedUnion('type', [tableSource, querySource]),
  billingProject: projectIdSchema
    .optional()
    .describe('The project whose BigQuery jobs these are; default: the service’s.'),
  format: z.enum(formats),
  compression: z
    .enum(compressions)
    .optional()
    .describe('Default: snappy for Parquet and Avro, none for CSV and JSONL.'),
  csv: z
    .strictObject({
      delimiter: z
        .string()
        .regex(/^[\t\x20-\x21\x23-\x7e]$/, 'is one ASCII character, not a quote')
        .optional(),
      header: z.boolean().optional(),
      escapeFormulas: z
        .boolean()
        .optional()
        .describe(
          'Put an apostrophe before texts that a spreadsheet would run as a formula: those that begin with = + - @, a tab or a line break. A query then reads the table.',
        ),
    })
    .optional(),
  columns: z
    .array(column)
    .min(1)
    .max(10_000)
    .optional()
    .describe('Default: all columns as they are.'),
  filter: filter.optional(),
  flatten: z
    .boolean()
    .optional()
    .describe('Turn nested columns into plain ones and repeated ones into JSON text.'),
  sample: z.strictObject({ percent: z.number().gt(0).max(100) }).optional(),
  orderBy: z
    .array(z.strictObject({ column: columnName, descending: z.boolean().optional() }))
    .min(1)
    .max(20)
    .optional(),
  limit: z.int().min(1).optional(),
  shape: z
    .enum(['shards', 'single'])
    .optional()
    .describe('Many files as BigQuery writes them (default), or one of any size.'),
  fileName: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe(
      'Template: `{table}`, `{date}`, `{partition}`, `{part}`, `{of}`, and `/` for folders; without the ending.',
    ),
  partitionPrefix: z
    .boolean()
    .optional()
    .describe('A folder for each partition, as Hive names it: `day=2026-01-01/`.'),
  targetFileBytes: z
    .int()
    .min(1_000_000)
    .max(5_000_000_000_000)
    .optional()
    .describe(
      'CSV and JSONL: join BigQuery’s files to about this size. They cannot be made smaller than BigQuery writes them.',
    ),
  rowsPerFile: z
    .int()
    .min(1)
    .max(mostRowsOfSheet)
    .optional()
    .describe('XLSX: rows of one workbook; default as many as a sheet holds, 1,048,575.'),
  bucket: z
    .string()
    .min(3)
    .max(222)
    .optional()
    .describe('A files bucket of this service; default: its first.'),
  verify: z.enum(['rows', 'fingerprint']).optional().describe('Default: rows.'),
  retentionDays: z.int().min(1).max(3_650).optional(),
  maxBytes: z
    .int()
    .min(0)
    .optional()
    .describe('Refuse when the query would read more than this many bytes.'),
  maxCost: z
    .number()
    .min(0)
    .optional()
    .describe('Refuse when the query would cost more than this, in the plan’s currency.'),
  label: z.string().max(100).optional().describe('A name for people.'),
});

export type ExportRequest = z.infer<typeof exportRequestSchema>;
export type TableSource = z.infer<typeof tableSource>;
export type ColumnRequest = z.infer<typeof column>;
export type Mask = z.infer<typeof mask>;
export type Filter = z.infer<typeof filter>;
export type Predicate = z.infer<typeof predicate>;
