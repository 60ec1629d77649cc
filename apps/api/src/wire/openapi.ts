import { type INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { wireJsonSchemas } from './registry.js';

/** The API’s OpenAPI 3.1 document, made from the routes’ decorators and the wire schemas. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const head = new DocumentBuilder()
    .setTitle('Outhaul')
    .setDescription(
      'Gets tables out of BigQuery as files: verified, and into the hands of those who may have them.',
    )
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A Google OAuth access token.' })
    .build();
  const document = SwaggerModule.createDocument(app, head);
  return {
    ...document,
    components: { ...document.components, schemas: wireJsonSchemas() as never },
  };
}
