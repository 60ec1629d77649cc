import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { type WireName } from '../wire/registry.js';

const ref = (name: WireName) => ({ $ref: `#/components/schemas/${name}` });

/** Documents and sets what a route answers when all is well, and the problem document otherwise. */
export const Answers = (
  status: number,
  body: WireName | undefined,
  description: string,
): MethodDecorator =>
  applyDecorators(
    HttpCode(status),
    ApiResponse(
      body === undefined
        ? { status, description }
        : { status, description, content: { 'application/json': { schema: ref(body) } } },
    ),
    ApiResponse({
      status: 'default',
      description: 'A problem.',
      content: { 'application/problem+json': { schema: ref('Problem') } },
    }),
  );
