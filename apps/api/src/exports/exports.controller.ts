import { type Caller, type Exporter, planViewOf, viewOf } from '@outhaul/core';
import { Body, Controller, Delete, Get, Headers, Inject, Post, Res } from '@nestjs/common';
import { ApiBody, type ApiBodyOptions, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Response } from 'express';
import { z } from 'zod';
import { Answers } from '../http/answers.js';
import { listQueryWith } from '../http/list-query.js';
import { Requires, TheCaller } from '../http/route-permission.js';
import { DocumentsPath, DocumentsQuery, ParamsOf, QueryOf } from '../http/validated.js';
import { currentSpan } from '../telemetry/request-context.js';
import { DRIVER, EXPORTER } from '../tokens.js';
import { stateSchema } from '../wire/exports.js';
import { type Driver } from './driver.js';

/** An id is looked up as it is: a malformed one is simply not found. */
export const idPath = z.strictObject({ id: z.string().max(10_000) });

const listQuery = listQueryWith({
  state: stateSchema.optional(),
  set: z.string().max(100).optional().describe('Only the exports of this set.'),
});

const requestBody = {
  required: true,
  schema: { $ref: '#/components/schemas/ExportRequest' },
} satisfies ApiBodyOptions;

/** Plans, starts, lists and ends exports. */
@Controller('api/v1/export')
@ApiTags('exports')
export class ExportsController {
  constructor(
    @Inject(EXPORTER) private readonly exporter: Exporter,
    @Inject(DRIVER) private readonly driver: Driver,
  ) {}

  @Post('plan')
  @Requires('exports.plan')
  @ApiOperation({
    operationId: 'planExport',
    summary: 'What an export would do and cost; runs nothing',
  })
  @ApiBody(requestBody)
  @Answers(200, 'Plan', 'The plan.')
  async plan(@TheCaller() caller: Caller, @Body() body: unknown) {
    return planViewOf(await this.exporter.plan(caller, body), body);
  }

  @Post()
  @Requires('exports.create')
  @ApiOperation({ operationId: 'startExport', summary: 'Starts an export' })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Repeats with the same key answer the same export.',
  })
  @ApiBody(requestBody)
  @Answers(202, 'Export', 'It has begun; `Location` names its status.')
  async start(
    @TheCaller() caller: Caller,
    @Body() body: unknown,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ) {
    const record = await this.exporter.start(caller, body, {
      idempotencyKey,
      traceId: currentSpan()?.traceId,
    });
    response.setHeader('Location', `/api/v1/status/${record.id}`);
    await this.driver.drive(record, caller);
    return viewOf(record);
  }

  @Get()
  @Requires('exports.read')
  @ApiOperation({ operationId: 'listExports', summary: 'Exports, newest first' })
  @DocumentsQuery(listQuery)
  @Answers(200, 'ExportPage', 'One page of them.')
  list(@TheCaller() caller: Caller, @QueryOf(listQuery) query: z.infer<typeof listQuery>) {
    return this.exporter.list(caller, query);
  }

  @Get(':id/manifest')
  @Requires('exports.read')
  @ApiOperation({ operationId: 'getManifest', summary: 'The bill of lading of a finished export' })
  @DocumentsPath(idPath)
  @Answers(200, 'Manifest', 'Source, jobs, files and what was verified.')
  manifest(@TheCaller() caller: Caller, @ParamsOf(idPath) { id }: z.infer<typeof idPath>) {
    return this.exporter.manifest(caller, id);
  }

  @Post(':id/cancel')
  @Requires('exports.create')
  @ApiOperation({
    operationId: 'cancelExport',
    summary: 'Cancels an export: its job, and what it has written',
  })
  @DocumentsPath(idPath)
  @Answers(202, 'Export', 'It is being cancelled.')
  async cancel(@TheCaller() caller: Caller, @ParamsOf(idPath) { id }: z.infer<typeof idPath>) {
    const record = await this.exporter.cancel(caller, id);
    await this.driver.drive(record, caller);
    return viewOf(record);
  }

  @Post(':id/retry')
  @Requires('exports.create')
  @ApiOperation({
    operationId: 'retryExport',
    summary: 'Takes a failed export up again at the step that failed',
  })
  @DocumentsPath(idPath)
  @Answers(202, 'Export', 'It runs again.')
  async retry(@TheCaller() caller: Caller, @ParamsOf(idPath) { id }: z.infer<typeof idPath>) {
    const record = await this.exporter.retry(caller, id);
    await this.driver.drive(record, caller);
    return viewOf(record);
  }

  @Delete(':id')
  @Requires('exports.create')
  @ApiOperation({ operationId: 'removeExport', summary: 'Removes a finished export and its files' })
  @DocumentsPath(idPath)
  @Answers(204, undefined, 'It is gone.')
  async remove(@TheCaller() caller: Caller, @ParamsOf(idPath) { id }: z.infer<typeof idPath>) {
    await this.exporter.remove(caller, id);
  }
}
