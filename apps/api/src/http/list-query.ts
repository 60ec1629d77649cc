import { z } from 'zod';

/** What every list of exports or sets may be asked for, and what is its own. */
export const listQueryWith = <Own extends z.ZodRawShape>(own: Own) =>
  z.strictObject({
    owner: z
      .string()
      .max(320)
      .optional()
      .describe('`me` (default) or, for admins, an e-mail address or `all`.'),
    ...own,
    search: z.string().max(200).optional().describe('Part of source, label, owner or id.'),
    pageSize: z.coerce.number().int().min(1).max(1_000).optional(),
    pageToken: z.string().max(2_000).optional(),
  });
