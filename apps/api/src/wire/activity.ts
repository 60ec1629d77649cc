import { z } from 'zod';
import { pageOf } from './catalog.js';

const count = z.int().min(0);

export const activityEventSchema = z.object({
  at: z.iso.datetime({ offset: true }),
  who: z.string().describe('E-mail address, or `anonymous`.'),
  action: z.string().describe('`export.start` and the like, or the route.'),
  decision: z.enum(['allow', 'deny']),
  outcome: z
    .enum(['pending', 'done', 'failed'])
    .optional()
    .describe(
      'What came of a permission: `pending` before something is destroyed, `done` or `failed` after it.',
    ),
  reason: z
    .string()
    .optional()
    .describe(
      'Error code of a denial or a failure; `connection-closed` when the caller did not wait for the response.',
    ),
  permission: z.string().optional(),
  exportId: z.string().optional(),
  exportSetId: z
    .string()
    .optional()
    .describe('Of a set’s own events, and of the exports that it has begun.'),
  table: z.string().optional(),
  tables: z
    .array(z.string())
    .optional()
    .describe('Every table that was read, in queries, expressions and views too; at most 100.'),
  columns: z.array(z.string()).optional().describe('At most the first hundred.'),
  masked: z.array(z.string()).optional(),
  isFiltered: z.boolean().optional(),
  files: z.array(z.string()).optional().describe('Absent = all of them.'),
  rows: count.optional(),
  bytes: count.optional(),
  destination: z.string().optional(),
  address: z.string().optional(),
  requestId: z.string().optional(),
});
export const activityPageSchema = pageOf(activityEventSchema);

export const auditLogPageSchema = pageOf(z.object({ name: z.string(), text: z.string() }));
