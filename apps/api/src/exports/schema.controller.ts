import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answers } from '../http/answers.js';
import { Public } from '../http/route-permission.js';
import { manifestJsonSchema } from '../wire/manifest-schema.js';

/** What files beside the data look like; anyone may know. */
@Controller('api/v1/schemas')
@ApiTags('exports')
@Public()
export class SchemaController {
  @Get('manifest')
  @ApiOperation({ operationId: 'getManifestSchema', summary: 'JSON Schema of a manifest' })
  @Answers(200, undefined, 'JSON Schema 2020-12.')
  manifest() {
    return manifestJsonSchema;
  }
}
