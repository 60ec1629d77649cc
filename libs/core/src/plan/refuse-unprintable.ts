import { AppError } from '../errors.js';
import { type Format } from '../request/export-request.js';
import { type Field } from '../schema.js';
import { flexibleName } from './flexible-name.js';

/** Refuses a fingerprint over files that BigQuery cannot read back, or not in a known form. */
export function refuseUnprintable(fields: readonly Field[], format: Format): void {
  if (format !== 'parquet' && format !== 'avro') return;
  const flexible = flexibleName(fields);
  if (flexible !== undefined)
    throw new AppError(
      'type-unsupported',
      `BigQuery reads no ${format} files with the column name ${flexible}: a fingerprint cannot compare them.`,
      {
        field: 'verify',
        resource: flexible,
        fix: 'Use verify: rows, give the column a name of letters, digits and underscores with `as`, or choose jsonl.',
      },
    );
  if (format === 'parquet') for (const field of fields) refuseInside(field, field.name);
}

/** GeoParquet marks columns of whole rows: a geography inside another column comes back as bytes. */
function refuseInside(field: Field, path: string, isInside = field.mode === 'REPEATED'): void {
  if (isInside && field.type === 'GEOGRAPHY')
    throw new AppError(
      'type-unsupported',
      `Column ${path} of type GEOGRAPHY lies inside another: a fingerprint of Parquet cannot compare it.`,
      { field: 'verify', resource: path, fix: 'Use verify: rows, `flatten`, or avro or jsonl.' },
    );
  for (const nested of field.fields ?? []) refuseInside(nested, `${path}.${nested.name}`, true);
}
