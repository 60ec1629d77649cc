import { CloudError, notImplemented } from '../http/cloud-error.js';
import { type ResolvedTable } from '../googlesql/translate.js';
import { type Caller } from '../identity/caller.js';
import { type BigQueryContext } from './bigquery-context.js';
import { required } from './bigquery-errors.js';
import { readDecimalTargets } from './decimal-targets.js';
import {
  findSourceObjects,
  type GcsUri,
  objectsResource,
  parseGcsUri,
} from './destination-uris.js';
import { readFormat } from './extract-job.js';
import { requirePlainNames } from './plain-names.js';
import { readSchema } from './read-schema.js';
import { type SourceOptions, sourceRelation } from './source-files.js';

/** `externalDataConfiguration` of a table, or one of a query's `tableDefinitions`. */
export interface ExternalDefinition {
  readonly sourceFormat?: string;
  readonly sourceUris?: readonly string[];
  readonly schema?: { readonly fields?: unknown };
  readonly autodetect?: boolean;
  readonly ignoreUnknownValues?: boolean;
  readonly maxBadRecords?: number;
  readonly csvOptions?: Readonly<Record<string, unknown>>;
  readonly avroOptions?: { readonly useAvroLogicalTypes?: boolean };
  readonly decimalTargetTypes?: unknown;
}

/** The rows of files in Cloud Storage, as a relation. Throws 404 when a URI matches no object. */
export async function externalRelation(
  context: BigQueryContext,
  caller: Caller,
  definition: ExternalDefinition,
): Promise<ResolvedTable & { readonly fileBytes: number }> {
  const { sourceFormat, sourceUris, schema, csvOptions = {} } = definition;
  if (!sourceUris || sourceUris.length === 0) throw required('sourceUris');
  if (Number(definition.maxBadRecords ?? 0) > 0)
    throw notImplemented('maxBadRecords of external tables');
  const uris = sourceUris.map(parseGcsUri);
  for (const uri of uris) requireObjectsReadable(caller, uri);
  const objects = findSourceObjects(context.store, uris);
  const options: SourceOptions = {
    ...readCsvOptions(csvOptions),
    ignoreUnknownValues: definition.ignoreUnknownValues === true,
    // A query is analyzed without reading the files.
    looksAtFields: false,
    useAvroLogicalTypes: definition.avroOptions?.useAvroLogicalTypes === true,
    decimalTargets: readDecimalTargets(definition.decimalTargetTypes),
  };
  const fields = schema?.fields === undefined ? undefined : readSchema(schema.fields);
  requirePlainNames(fields ?? []);
  const relation = await sourceRelation(
    context,
    readFormat(sourceFormat),
    objects.map(({ path }) => path),
    fields,
    options,
  );
  requirePlainNames(relation.schema);
  return { ...relation, fileBytes: objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
}

/** Throws 403 unless the caller may read the objects, and list them where the URI is a pattern. */
export function requireObjectsReadable(caller: Caller, uri: GcsUri): void {
  const resource = objectsResource(uri);
  const isReadable = caller.can('storage.objects.get', resource);
  if (isReadable && (!uri.isPattern || caller.can('storage.objects.list', resource))) return;
  throw new CloudError(403, 'accessDenied', `Access Denied: File ${uri.uri}: Access Denied`);
}

/** CSV options under the names of `csvOptions`; a load job has the same ones among its own. */
export const readCsvOptions = (
  options: Readonly<Record<string, unknown>>,
): Omit<
  SourceOptions,
  'ignoreUnknownValues' | 'looksAtFields' | 'useAvroLogicalTypes' | 'decimalTargets'
> => ({
  skipLeadingRows:
    options['skipLeadingRows'] === undefined ? undefined : Number(options['skipLeadingRows']),
  delimiter: readSourceDelimiter(options['fieldDelimiter']),
  quote: options['quote'] === undefined ? '"' : String(options['quote']),
  nullMarker: options['nullMarker'] === undefined ? '' : String(options['nullMarker']),
  allowJaggedRows: options['allowJaggedRows'] === true,
  allowQuotedNewlines: options['allowQuotedNewlines'] === true,
  preserveAsciiControlCharacters: options['preserveAsciiControlCharacters'] === true,
});

const readSourceDelimiter = (value: unknown): string =>
  value === '\\t' || value === 'tab'
    ? '\t'
    : typeof value === 'string' && value !== ''
      ? value
      : ',';
