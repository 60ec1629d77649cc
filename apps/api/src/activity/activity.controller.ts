import { type AuditStore, readActivity } from '@outhaul/core';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Answers } from '../http/answers.js';
import { Requires } from '../http/route-permission.js';
import { DocumentsQuery, QueryOf } from '../http/validated.js';

export const AUDIT_STORE = Symbol('AuditStore');

const instant = z.iso.datetime({ offset: true });
const activityQuery = z.strictObject({
  who: z.string().max(320).optional().describe('E-mail address, or `anonymous`.'),
  action: z
    .string()
    .max(200)
    .optional()
    .describe('Whole, or its beginning up to a dot or space: `export` finds `export.start`.'),
  decision: z.enum(['allow', 'deny']).optional(),
  export: z.string().max(100).optional().describe('Id of an export or a set.'),
  from: instant.optional(),
  to: instant.optional(),
  pageSize: z.coerce.number().int().min(1).max(1_000).optional(),
  pageToken: z.string().max(200).optional(),
});
const logQuery = z.strictObject({
  pageSize: z.coerce.number().int().min(1).max(200).optional(),
  pageToken: z
    .string()
    .regex(/^audit\/[\w.-]{1,100}$/)
    .optional(),
});

/** The audit trail: every decision, and every hand-over of data. */
@Controller('api/v1/activity')
@ApiTags('activity')
@Requires('activity.read')
export class ActivityController {
  constructor(@Inject(AUDIT_STORE) private readonly store: AuditStore) {}

  @Get()
  @ApiOperation({
    operationId: 'listActivity',
    summary: 'Decisions and hand-overs, newest first',
    description:
      'A page may hold fewer events than were asked for, even none, and still be followed by another: go on while there is a `nextPageToken`.',
  })
  @DocumentsQuery(activityQuery)
  @Answers(200, 'ActivityPage', 'One page of them.')
  list(@QueryOf(activityQuery) { export: exportId, ...query }: z.infer<typeof activityQuery>) {
    return readActivity(this.store, { ...query, exportId });
  }

  @Get('log')
  @ApiOperation({
    operationId: 'readAuditLog',
    summary: 'The trail’s objects as they are stored, for `outhaul audit verify`',
  })
  @DocumentsQuery(logQuery)
  @Answers(200, 'AuditLogPage', 'Batches of events, newest first.')
  async log(@QueryOf(logQuery) query: z.infer<typeof logQuery>) {
    const page = await this.store.list({ pageSize: query.pageSize ?? 50, after: query.pageToken });
    const items = await Promise.all(
      page.items.map(async ({ name }) => ({ name, text: await this.store.read(name) })),
    );
    return { items, nextPageToken: page.nextPageToken };
  }
}
