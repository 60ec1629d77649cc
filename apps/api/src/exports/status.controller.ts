import { type Caller, type Exporter, isAppError } from '@outhaul/core';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Response } from 'express';
import { type z } from 'zod';
import { CallerLimits } from '../http/caller-limits.js';
import { Answers } from '../http/answers.js';
import { type OuthaulRequest } from '../http/outhaul-request.js';
import { AUTHENTICATOR, type Authenticator } from '../identity/authenticator.js';
import { Requires, TheCaller } from '../http/route-permission.js';
import { DocumentsPath, ParamsOf } from '../http/validated.js';
import { DRIVER, EXPORTER, WATCHTOWER } from '../tokens.js';
import { type Driver } from './driver.js';
import { idPath } from './exports.controller.js';
import { sendExport } from './shown-export.js';
import { type Watchtower } from './watchtower.js';

/** An export’s state, once or as a stream of events. */
@Controller('api/v1/status')
@ApiTags('status')
@Requires('exports.read')
export class StatusController {
  constructor(
    @Inject(EXPORTER) private readonly exporter: Exporter,
    @Inject(CallerLimits) private readonly limits: CallerLimits,
    @Inject(WATCHTOWER) private readonly watchtower: Watchtower,
    @Inject(DRIVER) private readonly driver: Driver,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
  ) {}

  @Get(':id')
  @ApiOperation({ operationId: 'getExport', summary: 'Where an export stands' })
  @DocumentsPath(idPath)
  @Answers(200, 'Export', 'Its state, plan and steps.')
  async getExport(
    @TheCaller() caller: Caller,
    @ParamsOf(idPath) { id }: z.infer<typeof idPath>,
    @Res() response: Response,
  ) {
    const record = await this.exporter.get(caller, id);
    if (!record.outcome) void this.driver.drive(record, caller);
    sendExport(record, response);
  }

  @Get(':id/events')
  @ApiOperation({
    operationId: 'watchExport',
    summary: 'Each change of an export as a server-sent event',
  })
  @ApiProduces('text/event-stream')
  @ApiResponse({
    status: 200,
    description:
      'Events `status` with an Export as data; the stream ends when the export has ended. Resumable by `Last-Event-ID`.',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  @DocumentsPath(idPath)
  @Answers(200, undefined, 'A stream of events.')
  async watchExport(
    @TheCaller() caller: Caller,
    @ParamsOf(idPath) { id }: z.infer<typeof idPath>,
    @Req() request: OuthaulRequest,
    @Res() response: Response,
  ) {
    const record = await this.exporter.get(caller, id);
    this.limits.openStream(caller.email, response);
    if (!record.outcome) void this.driver.drive(record, caller);
    this.watchtower.watch(record, response, request.header('last-event-id'), () =>
      this.mayStillWatch(request, id),
    );
  }

  /** Asks again as if the stream were being opened now; an owner's own stream keeps their export moving. */
  private async mayStillWatch(request: OuthaulRequest, id: string): Promise<boolean> {
    try {
      const caller = await this.authenticator.recheck(request);
      if (!caller.permissions.has('exports.read')) return false;
      const record = await this.exporter.get(caller, id);
      if (!record.outcome) void this.driver.drive(record, caller);
      return true;
    } catch (error) {
      if (isAppError(error, 'unauthenticated') || isAppError(error, 'export-not-found'))
        return false;
      throw error;
    }
  }
}
