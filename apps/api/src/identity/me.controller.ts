import { type Caller } from '@outhaul/core';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answers } from '../http/answers.js';
import { SignedIn, TheCaller } from '../http/route-permission.js';

/** Who the caller is to this service. */
@Controller('api/v1/me')
@ApiTags('identity')
export class MeController {
  @Get()
  @SignedIn()
  @ApiOperation({ operationId: 'getMe', summary: 'Who you are and what you may do here' })
  @Answers(200, 'Me', 'You.')
  getMe(@TheCaller() caller: Caller) {
    const { email, name, role, expiresAt } = caller;
    return { email, name, role, permissions: [...caller.permissions].sort(), expiresAt };
  }
}
