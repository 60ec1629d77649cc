import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  HttpCode,
  Inject,
  Injectable,
  Param,
  Post,
  UseGuards,
} from '@nestjs/common';
import { AppError } from '@outhaul/core';
import { ApiExcludeController } from '@nestjs/swagger';
import { type OuthaulRequest } from '../http/outhaul-request.js';
import { Public } from '../http/route-permission.js';
import { LOG, type Log } from '../log.js';
import { type CheckTaskToken } from './check-task-token.js';
import { type TaskWorker } from './task-worker.js';

export const TASK_WORKER = Symbol('TaskWorker');
export const CHECK_TASK_TOKEN = Symbol('CheckTaskToken');

/** Lets through what Cloud Tasks and Cloud Scheduler send in the name of our accounts. */
@Injectable()
export class TaskGuard implements CanActivate {
  constructor(
    @Inject(CHECK_TASK_TOKEN) private readonly check: CheckTaskToken,
    @Inject(LOG) private readonly log: Log,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<OuthaulRequest>();
    const found = await this.check(request.header('authorization'));
    if ('email' in found) return true;
    this.log.warn(
      { event: 'internal.refused', reason: found.refused, remoteIp: request.ip },
      'a call of the worker was refused',
    );
    throw new AppError('unauthenticated', 'This address is for Cloud Tasks and Cloud Scheduler.');
  }
}

/** What Cloud Tasks and Cloud Scheduler call; an answer of 500 makes them call again. */
@Controller('internal')
@ApiExcludeController()
@Public()
@UseGuards(TaskGuard)
export class WorkerController {
  constructor(
    @Inject(TASK_WORKER) private readonly worker: TaskWorker,
    @Inject(LOG) private readonly log: Log,
  ) {}

  @Post('advance/:id')
  @HttpCode(200)
  async advance(@Param('id') id: string) {
    const advanced = await this.worker.advance(id);
    this.log.info({ event: 'export.advanced', exportId: id, ...advanced }, 'advanced');
    return advanced;
  }

  @Post('tick')
  @HttpCode(200)
  async tick() {
    const ticked = await this.worker.tick();
    this.log.info({ event: 'tick', ...ticked }, 'tick');
    return ticked;
  }
}
