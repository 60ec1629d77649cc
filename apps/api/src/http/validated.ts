import { AppError } from '@outhaul/core';
import { applyDecorators, Param, type PipeTransform, Query } from '@nestjs/common';
import { ApiParam, ApiQuery } from '@nestjs/swagger';
import { z } from 'zod';

/** Checks an input against its schema; names every fault at once. */
export class Validated<T extends z.ZodType> implements PipeTransform<unknown, z.infer<T>> {
  constructor(private readonly schema: T) {}

  transform(value: unknown): z.infer<T> {
    const result = this.schema.safeParse(value);
    if (result.success) return result.data;
    const faults = result.error.issues.map((issue) => ({
      field: issue.path.join('.') || '(whole)',
      message: issue.message,
    }));
    throw new AppError(
      'request-invalid',
      faults.map((fault) => `${fault.field}: ${fault.message}`).join('; '),
      { faults },
    );
  }
}

export const QueryOf = (schema: z.ZodType): ParameterDecorator => Query(new Validated(schema));
export const ParamsOf = (schema: z.ZodType): ParameterDecorator => Param(new Validated(schema));

declare const OUTHAUL_DOCUMENTS: boolean | undefined;

/** The bundled service brings its description as a file: making it anew at each start would take a tenth of a second. */
const documents = typeof OUTHAUL_DOCUMENTS === 'undefined' || OUTHAUL_DOCUMENTS;

/** Documents the query parameters of a schema in OpenAPI. */
export const DocumentsQuery = (schema: z.ZodObject): MethodDecorator =>
  applyDecorators(...describe(schema).map((parameter) => ApiQuery(parameter)));

/** Documents the path parameters of a schema in OpenAPI. */
export const DocumentsPath = (schema: z.ZodObject): MethodDecorator =>
  applyDecorators(...describe(schema).map((parameter) => ApiParam(parameter)));

function describe(shape: z.ZodObject) {
  if (!documents) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(shape, { io: 'input' });
  return Object.entries(properties).map(([name, schema]) => {
    const { description, ...rest } = schema as { description?: string };
    return { name, required: required.includes(name), description, schema: rest };
  });
}
