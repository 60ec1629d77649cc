import { CloudError } from '../http/cloud-error.js';
import { type FileFormat } from '../formats/format.js';
import { type Caller } from '../identity/caller.js';
import { type ObjectStore } from '../storage/object-store.js';
import { invalid } from './bigquery-errors.js';
import { type GcsUri, objectsResource } from './destination-uris.js';
import { isRecord } from './duckdb-type.js';
import { type BigQueryField } from './schema.js';

/** Refuses, in BigQuery's words, what a format cannot hold. */
export function requireWritableTypes(schema: readonly BigQueryField[], format: FileFormat): void {
  for (const field of schema) {
    if (format === 'CSV' && (isRecord(field) || field.mode === 'REPEATED'))
      throw invalid(
        isRecord(field)
          ? `Operation cannot be performed on a nested schema. Field: ${field.name}`
          : `Operation cannot be performed on a table with repeated fields. Field: ${field.name}`,
      );
    requireWritableType(field, format);
  }
}

function requireWritableType(field: BigQueryField, format: FileFormat): void {
  const refused: Readonly<Record<FileFormat, readonly string[]>> = {
    PARQUET: ['INTERVAL', 'RANGE'],
    AVRO: ['INTERVAL', 'RANGE'],
    CSV: [],
    NEWLINE_DELIMITED_JSON: [],
  };
  if (refused[format].includes(field.type))
    throw invalid(
      `Type ${field.type} is not currently supported for ${format.toLowerCase()} exports. Field: ${field.name}`,
    );
  for (const child of field.fields ?? []) requireWritableType(child, format);
}

/** Data leave the US multi-region for anywhere; otherwise dataset and bucket must share their location. */
export function requireEqualLocations(store: ObjectStore, source: string, bucket: string): void {
  const destination = store.bucketLocation(bucket);
  if (destination === undefined)
    throw new CloudError(404, 'notFound', `Not found: Bucket ${bucket}`);
  const [from, to] = [source.toUpperCase(), destination.toUpperCase()];
  if (from === 'US' || from === to || (from === 'EU' && to.startsWith('EUROPE-'))) return;
  throw invalid(
    `Cannot read and write in different locations: source: ${from}, destination: ${to}`,
  );
}

/** BigQuery creates the shards and deletes what stood in their place. */
export function requireWritable(caller: Caller, uri: GcsUri): void {
  for (const permission of ['storage.objects.create', 'storage.objects.delete'])
    if (!caller.can(permission, objectsResource(uri)))
      throw new CloudError(
        403,
        'accessDenied',
        `Access Denied: BigQuery BigQuery: ${caller.email} does not have ${permission} access to the Google Cloud Storage bucket. Permission '${permission}' denied on resource gs://${uri.bucket} (or it may not exist).`,
      );
}
