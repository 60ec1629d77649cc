import { Controller, Get, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../http/route-permission.js';
import { version } from '../version.js';
import { READINESS, type Readiness } from './readiness.js';

/** For load balancers: is the process alive, and can it do its work. */
@Controller()
@ApiExcludeController()
@Public()
export class HealthController {
  constructor(@Inject(READINESS) private readonly readiness: Readiness) {}

  /** By two names: Cloud Run keeps some addresses that end in z to itself. */
  @Get(['healthz', 'api/health'])
  alive() {
    return { status: 'alive', version };
  }

  @Get('readyz')
  async ready() {
    await this.readiness.check();
    return { status: 'ready' };
  }
}
