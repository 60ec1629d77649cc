import {
  AppError,
  type Field,
  isAppError,
  type JobRef,
  type JobSpec,
  type JobState,
  type QueryParameter,
} from '@outhaul/core';
import { type BigQueryRest } from './bigquery-rest.js';
import { type BegunJobs } from './begun-jobs.js';
import {
  type PublishedExternalData,
  type PublishedJob,
  type PublishedJobConfiguration,
  type PublishedParameter,
} from './published.js';
import { toField, toJobState, toRow } from './to-core.js';
import { type WireField, type WireJob, type WireRow } from './wire-types.js';

const extractFormats: Record<string, string> = {
  csv: 'CSV',
  jsonl: 'NEWLINE_DELIMITED_JSON',
  avro: 'AVRO',
  parquet: 'PARQUET',
};

/** Inserts the job under its own id; when the id exists already, that job is adopted. */
export async function ensureJob(
  rest: BigQueryRest,
  spec: JobSpec,
  begun: BegunJobs,
  isSeen = false,
): Promise<JobState> {
  return withRow(rest, spec, await startOrFind(rest, spec, begun, isSeen));
}

async function startOrFind(
  rest: BigQueryRest,
  spec: JobSpec,
  begun: BegunJobs,
  isSeen: boolean,
): Promise<JobState> {
  if (begun.has(spec)) {
    try {
      return await getJob(rest, spec);
    } catch (error) {
      if (!isAppError(error, 'job-lost')) throw error;
    }
  }
  const state = await insertJob(rest, spec, isSeen);
  begun.add(spec);
  return state;
}

async function insertJob(rest: BigQueryRest, spec: JobSpec, isSeen: boolean): Promise<JobState> {
  const resource: PublishedJob = {
    jobReference: { projectId: spec.project, jobId: spec.id, location: spec.location },
    configuration: { labels: spec.labels, ...configurationOf(spec) },
  };
  try {
    const job = await rest.call<WireJob>(
      { method: 'POST', project: spec.project, path: '/jobs', json: resource },
      {
        missing: spec.kind === 'extract' ? 'table-not-found' : 'job-failed',
        resource: resourceOf(spec),
        isSeen,
      },
    );
    return toJobState(job, spec.location);
  } catch (error) {
    if (isAppError(error, 'record-conflict')) return getJob(rest, spec);
    throw error;
  }
}

export async function getJob(rest: BigQueryRest, ref: JobRef): Promise<JobState> {
  const job = await rest.readJob<WireJob>(ref, { missing: 'job-lost', resource: ref.id });
  return toJobState(job, ref.location);
}

export async function cancelJob(rest: BigQueryRest, ref: JobRef): Promise<void> {
  await rest.call(
    {
      method: 'POST',
      project: ref.project,
      path: `/jobs/${ref.id}/cancel`,
      query: { location: ref.location },
    },
    { missing: 'job-lost', resource: ref.id },
  );
}

/**
 * Adds the first row of a query that has ended well, where it is wanted. Rows of an anonymous result can be read by the
 * job's owner only (bigquery/docs/cached-results).
 */
async function withRow(rest: BigQueryRest, job: JobSpec, state: JobState): Promise<JobState> {
  if (job.kind !== 'query' || !job.wantsRow || state.state !== 'done' || state.error) return state;
  const answer = await rest.call<{ schema?: { fields?: WireField[] }; rows?: WireRow[] }>(
    {
      project: job.project,
      path: `/queries/${job.id}`,
      query: { location: job.location, maxResults: 1 },
    },
    { missing: 'job-lost', resource: job.id },
  );
  const fields: Field[] = (answer.schema?.fields ?? []).map(toField);
  const row = answer.rows?.[0];
  if (!row) return state;
  const cells = toRow(row, fields);
  const firstRow = Object.fromEntries(
    fields.map((field, index) => [
      field.name,
      typeof cells[index] === 'string' ? (cells[index] as string) : null,
    ]),
  );
  return { ...state, firstRow };
}

const resourceOf = (spec: JobSpec): string =>
  spec.kind === 'extract'
    ? `${spec.source.project}.${spec.source.dataset}.${spec.source.table}`
    : spec.id;

function configurationOf(spec: JobSpec): PublishedJobConfiguration {
  if (spec.kind === 'extract') {
    return {
      extract: {
        sourceTable: {
          projectId: spec.source.project,
          datasetId: spec.source.dataset,
          tableId: spec.source.table,
        },
        destinationUris: spec.uris,
        destinationFormat: extractFormats[spec.format],
        compression: spec.compression.toUpperCase(),
        ...(spec.format === 'csv'
          ? { printHeader: spec.header, fieldDelimiter: spec.delimiter }
          : {}),
        ...(spec.format === 'avro' ? { useAvroLogicalTypes: true } : {}),
      },
    };
  }
  return {
    query: {
      query: spec.sql,
      useLegacySql: false,
      priority: 'INTERACTIVE',
      ...(spec.parameters.length > 0
        ? { parameterMode: 'NAMED', queryParameters: spec.parameters.map(toWireParameter) }
        : {}),
      ...(spec.maxBytesBilled === undefined
        ? {}
        : { maximumBytesBilled: String(spec.maxBytesBilled) }),
      ...(spec.files
        ? { tableDefinitions: { [spec.files.table]: externalDefinition(spec.files) } }
        : {}),
    },
  };
}

export const toWireParameter = ({ name, type, value }: QueryParameter): PublishedParameter =>
  typeof value === 'string'
    ? { name, parameterType: { type }, parameterValue: { value } }
    : {
        name,
        parameterType: { type: 'ARRAY', arrayType: { type } },
        parameterValue: { arrayValues: value.map((item) => ({ value: item })) },
      };

type Files = NonNullable<Extract<JobSpec, { kind: 'query' }>['files']>;

function externalDefinition(files: Files): PublishedExternalData {
  const hasOwnSchema = files.format === 'parquet' || files.format === 'avro';
  return {
    sourceFormat: extractFormats[files.format] ?? refuseFormat(files.format),
    sourceUris: files.uris,
    compression: files.compression === 'gzip' && !hasOwnSchema ? 'GZIP' : 'NONE',
    ...(hasOwnSchema
      ? // Decimals would be NUMERIC alone, which is too small for BIGNUMERIC.
        { decimalTargetTypes: ['NUMERIC', 'BIGNUMERIC'] }
      : { schema: { fields: files.fields.map(toWireField) } }),
    ...(files.format === 'csv'
      ? {
          csvOptions: {
            skipLeadingRows: files.header ? '1' : '0',
            fieldDelimiter: files.delimiter,
            ...(files.quote === undefined ? {} : { quote: files.quote }),
            allowQuotedNewlines: true,
            // Without it BigQuery refuses a file with ASCII 0, which it writes where a text holds one.
            preserveAsciiControlCharacters: true,
          },
        }
      : {}),
    ...(files.format === 'avro' ? { avroOptions: { useAvroLogicalTypes: true } } : {}),
    ...(files.format === 'parquet' ? { parquetOptions: { enableListInference: true } } : {}),
  };
}

const toWireField = (field: Field): WireField => ({
  name: field.name,
  type: field.type === 'STRUCT' ? 'RECORD' : field.type,
  mode: field.mode === 'REQUIRED' ? 'NULLABLE' : field.mode,
  fields: field.fields?.map(toWireField),
});

function refuseFormat(format: string): never {
  throw new AppError('format-unsupported', `BigQuery cannot read ${format} files.`);
}
