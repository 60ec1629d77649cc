import { type z } from 'zod';
import { AppError } from '../errors.js';
import { type ExportRequest, exportRequestSchema } from './export-request.js';

/** Reads a request; throws `request-invalid` that names every faulty field at once. */
export const parseRequest = (input: unknown): ExportRequest =>
  parseInput(exportRequestSchema, input);

/** Reads an input by its schema; throws `request-invalid` that names every faulty field at once. */
export function parseInput<T extends z.ZodType>(schema: T, input: unknown): z.infer<T> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const faults = result.error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        field: [...issue.path, key].join('.'),
        message: 'There is no such field.',
      }));
    }
    return [{ field: issue.path.join('.') || '(whole)', message: issue.message }];
  });
  throw new AppError(
    'request-invalid',
    `The request has faults: ${faults.map(({ field, message }) => `${field}: ${message}`).join('; ')}`,
    { field: faults[0]?.field, faults },
  );
}
