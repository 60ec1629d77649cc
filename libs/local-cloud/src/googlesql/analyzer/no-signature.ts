import { mistake } from '../sql-error.js';
import { argumentTypes } from './coerce.js';
import { type Typed } from './typed.js';

/** The mistake of an operator between values of types that it does not take. */
export function noSignature(op: string, at: number, values: readonly Typed[], supported: string) {
  return mistake(
    `No matching signature for operator ${op} for argument types: ${argumentTypes(values)}. Supported signature${supported.includes(';') ? 's' : ''}: ${supported}`,
    at,
  );
}
