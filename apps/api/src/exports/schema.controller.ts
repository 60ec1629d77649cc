import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../http/route-permission.js';
import { manifestJsonSchema } from '../wire/manifest-schema.js';

/** What files beside the data look like; anyone may know. */
@Controller('api/v1/schemas')
@ApiTags('exports')
@Public()
export class SchemaController {
  @Get('manifest')
  @ApiOperation({ operationId: 'getManifestSchema', summary: 'JSON Schema of a manifest' })
  @ApiResponse({
    status: 200,
    description: 'JSON Schema 2020-12.',
    content: { 'application/json': { schema: { type: 'object' } } },
  })
  manifest() {
    return manifestJsonSchema;
  }
}
