import { z } from 'zod';

const resource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('project'), project: z.string() }),
  z.object({ kind: z.literal('dataset'), project: z.string(), dataset: z.string() }),
  z.object({ kind: z.literal('bucket'), bucket: z.string() }),
]);

export const accessGrantSchema = z.object({
  resource,
  role: z.string(),
  member: z.string().describe('As IAM writes it: `user:a@example.com`, `group:…`.'),
  condition: z.string().optional(),
  gives: z.array(
    z.enum([
      'read data',
      'run jobs',
      'write files',
      'see exports',
      'administer',
      'serve exports',
      'unknown',
    ]),
  ),
  lastExportAt: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('Absent: never, or the member is a group or the service itself.'),
  unused: z
    .boolean()
    .optional()
    .describe(
      'No export for 90 days. Absent for groups, domains, everybody, and the service itself.',
    ),
  removeBy: z.string().describe('The command that takes the grant away.'),
});

export const accessReviewSchema = z.object({
  grants: z.array(accessGrantSchema),
  unread: z.array(resource).describe('Resources whose policy you may not read.'),
});
