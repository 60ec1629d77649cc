import { type Caller, type Exporter, setViewOf } from '@outhaul/core';
import { Body, Controller, Delete, Get, Headers, Inject, Post, Res } from '@nestjs/common';
import { ApiBody, type ApiBodyOptions, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Response } from 'express';
import { type z } from 'zod';
import { type Driver } from '../exports/driver.js';
import { idPath } from '../exports/exports.controller.js';
import { Answers } from '../http/answers.js';
import { listQueryWith } from '../http/list-query.js';
import { Requires, TheCaller } from '../http/route-permission.js';
import { DocumentsPath, DocumentsQuery, ParamsOf, QueryOf } from '../http/validated.js';
import { EXPORTER, SET_DRIVER } from '../tokens.js';
import { exportSetStateSchema } from '../wire/export-sets.js';

const listQuery = listQueryWith({ state: exportSetStateSchema.optional() });

const requestBody = {
  required: true,
  schema: { $ref: '#/components/schemas/ExportSetRequest' },
} satisfies ApiBodyOptions;

/** Exports many tables at one instant: a dataset, those that match a pattern, or a list. */
@Controller('api/v1/export-sets')
@ApiTags('export sets')
export class ExportSetsController {
  constructor(
    @Inject(EXPORTER) private readonly exporter: Exporter,
    @Inject(SET_DRIVER) private readonly driver: Driver,
  ) {}

  @Post('plan')
  @Requires('exports.plan')
  @ApiOperation({
    operationId: 'planExportSet',
    summary: 'What a set would do and cost, table by table; runs nothing',
  })
  @ApiBody(requestBody)
  @Answers(200, 'ExportSetPlan', 'The plan; a table that cannot be exported bears its error.')
  plan(@TheCaller() caller: Caller, @Body() body: unknown) {
    return this.exporter.sets.plan(caller, body);
  }

  @Post()
  @Requires('exports.create')
  @ApiOperation({ operationId: 'startExportSet', summary: 'Starts a set of exports' })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Repeats with the same key answer the same set.',
  })
  @ApiBody(requestBody)
  @Answers(202, 'ExportSet', 'It has begun; `Location` names it.')
  async start(
    @TheCaller() caller: Caller,
    @Body() body: unknown,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ) {
    const record = await this.exporter.sets.start(caller, body, { idempotencyKey });
    response.setHeader('Location', `/api/v1/export-sets/${record.id}`);
    await this.driver.drive(record, caller);
    return setViewOf(record);
  }

  @Get()
  @Requires('exports.read')
  @ApiOperation({ operationId: 'listExportSets', summary: 'Sets of exports, newest first' })
  @DocumentsQuery(listQuery)
  @Answers(200, 'ExportSetPage', 'One page of them.')
  list(@TheCaller() caller: Caller, @QueryOf(listQuery) query: z.infer<typeof listQuery>) {
    return this.exporter.sets.list(caller, query);
  }

  @Get(':id')
  @Requires('exports.read')
  @ApiOperation({
    operationId: 'getExportSet',
    summary: 'Where a set and each of its tables stand',
  })
  @DocumentsPath(idPath)
  @Answers(200, 'ExportSet', 'Its state, figures and tables.')
  async get(@TheCaller() caller: Caller, @ParamsOf(idPath) { id }: z.infer<typeof idPath>) {
    const record = await this.exporter.sets.get(caller, id);
    if (!record.outcome) void this.driver.drive(record, caller);
    return setViewOf(record);
  }

  @Get(':id/manifest')
  @Requires('exports.read')
  @ApiOperation({
    operationId: 'getExportSetManifest',
    summary: 'The manifest of manifests of a set that has ended',
  })
  @DocumentsPath(idPath)
  @Answers(200, 'ExportSetManifest', 'Which table’s files lie where.')
  manifest(@TheCaller() caller: Caller, @ParamsOf(idPath) { id }: z.infer<typeof idPath>) {
    return this.exporter.sets.manifest(caller, id);
  }

  @Post(':id/cancel')
  @Requires('exports.create')
  @ApiOperation({ operationId: 'cancelExportSet', summary: 'Cancels what has not ended yet' })
  @DocumentsPath(idPath)
  @Answers(202, 'ExportSet', 'It is being cancelled.')
  async cancel(@TheCaller() caller: Caller, @ParamsOf(idPath) { id }: z.infer<typeof idPath>) {
    const record = await this.exporter.sets.cancel(caller, id);
    await this.driver.drive(record, caller);
    return setViewOf(record);
  }

  @Post(':id/retry')
  @Requires('exports.create')
  @ApiOperation({
    operationId: 'retryExportSet',
    summary: 'Takes the tables up again that failed or were refused',
  })
  @DocumentsPath(idPath)
  @Answers(202, 'ExportSet', 'It runs again.')
  async retry(@TheCaller() caller: Caller, @ParamsOf(idPath) { id }: z.infer<typeof idPath>) {
    const record = await this.exporter.sets.retry(caller, id);
    await this.driver.drive(record, caller);
    return setViewOf(record);
  }

  @Delete(':id')
  @Requires('exports.create')
  @ApiOperation({
    operationId: 'removeExportSet',
    summary: 'Removes a set that has ended, with its exports and their files',
  })
  @DocumentsPath(idPath)
  @Answers(204, undefined, 'It is gone.')
  async remove(@TheCaller() caller: Caller, @ParamsOf(idPath) { id }: z.infer<typeof idPath>) {
    await this.exporter.sets.remove(caller, id);
  }
}
