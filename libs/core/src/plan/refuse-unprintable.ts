import { AppError } from '../errors.js';
import { type Field } from '../schema.js';

/** Refuses a fingerprint over columns whose values cannot be brought into one form in both places. */
export function refuseUnprintable(fields: readonly Field[], path = ''): void {
  for (const field of fields) {
    const name = path + field.name;
    const isInside = path !== '' || field.mode === 'REPEATED';
    if (isInside && (field.type === 'GEOGRAPHY' || field.type === 'JSON')) {
      throw new AppError(
        'type-unsupported',
        `Column ${name} of type ${field.type} lies inside another: a fingerprint cannot compare it.`,
        { field: 'verify', resource: name, fix: 'Use verify: rows, or `flatten`.' },
      );
    }
    refuseUnprintable(field.fields ?? [], `${name}.`);
  }
}
