import { z } from 'zod';
import {
  datasetIdSchema,
  exportRequestSchema,
  instantSchema,
  partitionSchema,
  projectIdSchema,
  tableIdSchema,
} from '../request/export-request.js';
import { parseInput } from '../request/parse-request.js';

const tableKinds = ['table', 'view', 'materialized-view', 'external', 'snapshot'] as const;
const pattern = z.string().min(1).max(1_024);

/** How many tables one set may have: its record is read and written as a whole. */
export const mostTablesOfSet = 1_000;

/** Many tables at one instant: a dataset, those of its tables that match a pattern, or a list. */
export const exportSetRequestSchema = z
  .strictObject({
    project: projectIdSchema
      .optional()
      .describe('The project that holds the dataset; default: the service’s.'),
    dataset: datasetIdSchema.optional().describe('All of its tables, or those of `pattern`.'),
    pattern: pattern
      .optional()
      .describe('Names of tables in the dataset; `*` is any characters, `?` any one.'),
    exclude: z.array(pattern).max(100).optional().describe('Patterns of tables to leave out.'),
    kinds: z
      .array(z.enum(tableKinds))
      .min(1)
      .optional()
      .describe('Default: tables and snapshots; views are queries, which are billed.'),
    tables: z
      .array(
        z.strictObject({
          project: projectIdSchema.optional(),
          dataset: datasetIdSchema,
          table: tableIdSchema,
          partition: partitionSchema.optional(),
        }),
      )
      .min(1)
      .max(mostTablesOfSet)
      .optional()
      .describe('The tables by name, instead of `dataset`.'),
    asOf: instantSchema
      .optional()
      .describe('The instant of all tables; default: when the set is started.'),
    options: exportRequestSchema
      .omit({ source: true })
      .describe('What is done with each table, as in an export’s request.'),
    concurrency: z
      .int()
      .min(1)
      .max(16)
      .optional()
      .describe(
        'How many tables are exported at a time. By default up to 100 are started, and BigQuery queues what it cannot run yet.',
      ),
    maxBytes: z
      .int()
      .min(0)
      .optional()
      .describe('Refuse when all queries together would read more.'),
    maxCost: z.number().min(0).optional().describe('Refuse when all together would cost more.'),
    label: z.string().max(100).optional().describe('A name for people.'),
  })
  .refine(({ dataset, tables }) => (dataset === undefined) !== (tables === undefined), {
    message: 'name a dataset, or a list of tables',
    path: ['dataset'],
  })
  .refine(
    ({ dataset, pattern: names, exclude, kinds }) =>
      dataset !== undefined || (names ?? exclude ?? kinds) === undefined,
    { message: 'needs a dataset', path: ['pattern'] },
  );

export type ExportSetRequest = z.infer<typeof exportSetRequestSchema>;

/** Reads a set's request; throws `request-invalid` that names every faulty field at once. */
export const parseSetRequest = (input: unknown): ExportSetRequest =>
  parseInput(exportSetRequestSchema, input);
