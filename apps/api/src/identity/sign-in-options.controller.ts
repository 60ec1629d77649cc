import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Config } from '../config.js';
import { Answers } from '../http/answers.js';
import { Public } from '../http/route-permission.js';
import { CONFIG } from '../tokens.js';

/** How a command on a person's own machine signs them in; asked before anybody is known. */
@Controller('api/v1/sign-in-options')
@ApiTags('identity')
export class SignInOptionsController {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  @Get()
  @Public()
  @ApiOperation({ operationId: 'getSignInOptions', summary: 'How to sign in from a command' })
  @Answers(200, 'SignInOptions', 'The provider and the client, where there is one.')
  getSignInOptions() {
    const { auth, commandSignIn } = this.config;
    return { auth, ...commandSignIn };
  }
}
