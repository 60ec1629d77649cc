import { type Codec, type FileFormat } from '../formats/format.js';
import { type TranslatedQuery, type TranslatedStatement } from '../googlesql/translate.js';
import { CloudError } from '../http/cloud-error.js';
import { type Caller } from '../identity/caller.js';
import { type BigQueryContext } from './bigquery-context.js';
import { asQueryError, invalidQuery } from './bigquery-errors.js';
import { type GcsUri, parseDestinationUri } from './destination-uris.js';
import { exportRows } from './export-rows.js';
import { requireEqualLocations, requireWritable, requireWritableTypes } from './export-rules.js';
import { codecNames, readCodec, readDelimiter, readFormat } from './extract-job.js';
import { type JobOutcome, type JobRun } from './job-draft.js';
import { type JobRecord } from './job-record.js';

type ExportStatement = Extract<TranslatedStatement, { kind: 'export-data' }>;

/** An EXPORT DATA statement whose options are known to be right. */
export interface ExportTarget {
  readonly query: TranslatedQuery;
  readonly ordered: boolean;
  readonly uri: GcsUri;
  readonly format: FileFormat;
  readonly codec: Codec;
  readonly overwrite: boolean;
  readonly header: boolean;
  readonly delimiter: string;
  readonly useAvroLogicalTypes: boolean;
}

const optionTypes: Readonly<Record<string, 'string' | 'boolean'>> = {
  uri: 'string',
  format: 'string',
  compression: 'string',
  field_delimiter: 'string',
  header: 'boolean',
  overwrite: 'boolean',
  use_avro_logical_types: 'boolean',
};

/** Checks what can be known of an export before it runs, a dry run included. Throws BigQuery's 400. */
export function readExport({ options, query, ordered }: ExportStatement): ExportTarget {
  for (const [name, value] of Object.entries(options)) {
    const type = Object.hasOwn(optionTypes, name) ? optionTypes[name] : undefined;
    if (!type) throw invalidQuery(`Unknown option: ${name}`);
    if (typeof value !== type)
      throw invalidQuery(
        `Option '${name}' must be of type ${type === 'string' ? 'STRING' : 'BOOL'}`,
      );
  }
  for (const name of ['uri', 'format'])
    if (!options[name]) throw invalidQuery(`Option '${name}' is missing or empty.`);
  return asInvalidQuery(() => {
    const uri = parseDestinationUri(options['uri']);
    if (!uri.isPattern)
      throw invalidQuery(`Option 'uri' value must be a wild card URI. Got: ${uri.uri}`);
    const format = exportFormat(String(options['format']));
    const codec = readCodec(compression(options['compression']), format);
    requireWritableTypes(query.columns, format);
    return {
      query,
      ordered,
      uri,
      format,
      codec,
      overwrite: options['overwrite'] === true,
      header: options['header'] === true,
      delimiter: readDelimiter(options['field_delimiter']),
      useAvroLogicalTypes: options['use_avro_logical_types'] !== false,
    };
  });
}

/** EXPORT DATA calls JSON lines `JSON`. */
function exportFormat(written: string): FileFormat {
  const name = written.toUpperCase();
  if (!['AVRO', 'CSV', 'JSON', 'PARQUET'].includes(name)) throw notValid(written, 'format');
  return readFormat(name === 'JSON' ? 'NEWLINE_DELIMITED_JSON' : name);
}

function compression(written: string | boolean | undefined): string {
  const name = String(written ?? 'NONE').toUpperCase();
  if (!codecNames.has(name)) throw notValid(String(written), 'compression');
  return name;
}

const notValid = (value: string, option: string): CloudError =>
  invalidQuery(
    `'${value.slice(0, 60)}' is not a valid value; failed to set '${option}' in EXPORT DATA OPTIONS`,
  );

/** The rules are those of extract jobs; in a statement what breaks them is a mistake of the query. */
function asInvalidQuery<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof CloudError && error.reason === 'invalid')
      throw invalidQuery(error.message);
    throw error;
  }
}

/** Writes the query's rows as files. */
export async function exportQuery(
  context: BigQueryContext,
  caller: Caller,
  run: JobRun,
  job: JobRecord,
  { query, uri, overwrite, ...target }: ExportTarget,
): Promise<JobOutcome> {
  requireEqualLocations(context.store, job.location, uri.bucket);
  requireWritable(caller, uri);
  const [prefix = '', suffix = ''] = uri.name.split('*');
  const inTheWay = context.store
    .list(uri.bucket, prefix)
    .some(({ name }) => name.endsWith(suffix) && name.length >= prefix.length + suffix.length);
  if (inTheWay && !overwrite)
    throw invalidQuery(
      `Invalid destination URI ${uri.uri}: the destination is not empty. Set option overwrite=true to overwrite existing data.`,
    );
  const { fileCounts, rowCount } = await exportRows(context, run, {
    ...target,
    query,
    schema: query.columns,
    uris: [uri],
  }).catch((error: unknown) => {
    throw asQueryError(error);
  });
  return {
    statistics: {
      exportDataStatistics: { rowCount: String(rowCount), fileCount: String(fileCounts[0] ?? 0) },
    },
  };
}
