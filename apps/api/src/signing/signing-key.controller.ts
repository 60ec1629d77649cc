import { AppError, type Signer } from '@outhaul/core';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answers } from '../http/answers.js';
import { Public } from '../http/route-permission.js';
import { SIGNER } from '../tokens.js';

/** The public key, for anyone who checks files: they need no account here. */
@Controller('api/v1/signing-key')
@ApiTags('exports')
export class SigningKeyController {
  constructor(@Inject(SIGNER) private readonly signer: Signer | null) {}

  @Get()
  @Public()
  @ApiOperation({ operationId: 'getSigningKey', summary: 'The key that manifests are signed with' })
  @Answers(200, 'SigningKey', 'The public key.')
  async getSigningKey() {
    if (!this.signer)
      throw new AppError('file-not-found', 'This service does not sign manifests.', {
        fix: 'Set OUTHAUL_SIGNING_KEY_VERSION or OUTHAUL_SIGNING_KEY_FILE.',
      });
    const { keyId, pem } = await this.signer.publicKey();
    return { keyId, algorithm: 'ed25519', publicKey: pem };
  }
}
