import { type FileFormat } from '../formats/format.js';
import { CloudError, notImplemented } from '../http/cloud-error.js';
import { type Caller } from '../identity/caller.js';
import { withoutBadRecords } from './bad-records.js';
import { type BigQueryContext } from './bigquery-context.js';
import { asQueryError, invalid, required } from './bigquery-errors.js';
import { readDecimalTargets } from './decimal-targets.js';
import { findSourceObjects, parseGcsUri } from './destination-uris.js';
import { readCsvOptions, requireObjectsReadable } from './external-tables.js';
import { readFormat } from './extract-job.js';
import { type JobOutcome, type JobRun } from './job-draft.js';
import { readSchema } from './read-schema.js';
import { type BigQueryField } from './schema.js';
import { sourceRelation } from './source-files.js';
import { parseTableId, readTableReference } from './table-name.js';
import {
  readCount,
  readDestination,
  requireDestination,
  type RowDestination,
  writeRows,
} from './write-disposition.js';

interface SourceFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/** Reads a load's configuration (400 when it is wrong) and gives the work. `uploaded` is the file sent with the job. */
export function prepareLoad(
  context: BigQueryContext,
  caller: Caller,
  projectId: string,
  configuration: Readonly<Record<string, unknown>>,
  uploaded?: SourceFile,
): { location: string | undefined; work(run: JobRun): Promise<JobOutcome> } {
  const reference = readTableReference(
    configuration['destinationTable'],
    'destinationTable',
    projectId,
  );
  const table = parseTableId(reference, context.clock.nowMs());
  const destination = readDestination(table, configuration, 'WRITE_APPEND');
  const format = readSourceFormat(configuration['sourceFormat']);
  const uris = configuration['sourceUris'];
  if (!uploaded && (!Array.isArray(uris) || uris.length === 0)) throw required('sourceUris');
  const parsed = uploaded ? [] : (uris as unknown[]).map(parseGcsUri);
  const options = {
    ...readCsvOptions(configuration),
    ignoreUnknownValues: configuration['ignoreUnknownValues'] === true,
    looksAtFields: true,
    useAvroLogicalTypes: configuration['useAvroLogicalTypes'] === true,
    decimalTargets: readDecimalTargets(configuration['decimalTargetTypes']),
  };
  const mostBad = readCount(configuration['maxBadRecords'], 'maxBadRecords');
  const fields = (configuration['schema'] as { fields?: unknown } | undefined)?.fields;
  const given = fields === undefined ? undefined : readSchema(fields);
  const work = async (run: JobRun): Promise<JobOutcome> => {
    requireDestination(context, caller, destination);
    for (const uri of parsed) requireObjectsReadable(caller, uri);
    const files: readonly SourceFile[] = uploaded
      ? [uploaded]
      : findSourceObjects(context.store, parsed);
    const wanted = given ?? schemaToRead(context, destination, format, configuration);
    const paths = files.map(({ path }) => path);
    const good =
      mostBad > 0 && isText(format)
        ? await withoutBadRecords(context, paths, { format, schema: wanted, options }, mostBad)
        : undefined;
    try {
      const { relation, schema } = await sourceRelation(
        context,
        format,
        good?.paths ?? paths,
        wanted,
        options,
      );
      const rowCount = await writeRows(
        context,
        destination,
        schema,
        { sql: `SELECT * FROM ${relation}` },
        (connection, statement) => run.run(connection, statement),
      );
      const inputBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      return {
        statistics: {
          inputFiles: String(files.length),
          inputFileBytes: String(inputBytes),
          outputRows: String(rowCount),
          outputBytes: String(await sizeOf(context, destination)),
          badRecords: String(good?.problems.length ?? 0),
        },
        ...(good && good.problems.length > 0 ? { problems: good.problems } : {}),
      };
    } catch (error) {
      throw asLoadError(error);
    } finally {
      await good?.remove();
    }
  };
  const dataset = context.catalog.findDataset(reference.projectId, reference.datasetId);
  return { location: dataset?.location, work };
}

function readSourceFormat(value: unknown): FileFormat {
  if (value === undefined || value === '') return 'CSV';
  if (value === 'DATASTORE_BACKUP' || value === 'ORC') throw notImplemented(`loading ${value}`);
  return readFormat(value);
}

const isText = (format: FileFormat): boolean => format !== 'PARQUET' && format !== 'AVRO';

/** The schema to read text with when the job names none: the table's, or undefined to find it out. */
function schemaToRead(
  { catalog }: BigQueryContext,
  { table, write }: RowDestination,
  format: FileFormat,
  configuration: Readonly<Record<string, unknown>>,
): readonly BigQueryField[] | undefined {
  const existing = catalog.findTable(table.name);
  const detects = configuration['autodetect'] === true;
  if (!isText(format)) return undefined;
  if (existing && existing.schema.length > 0 && !(detects && write === 'WRITE_TRUNCATE'))
    return existing.schema;
  if (detects) return undefined;
  throw invalid('Schema has no fields. Name a schema, or let it be found out with autodetect.');
}

async function sizeOf({ tables }: BigQueryContext, { table }: RowDestination): Promise<number> {
  const { columnBytes } = await tables.statistics(table.name);
  return Object.values(columnBytes).reduce((sum, size) => sum + size, 0);
}

/** What a reader says of a file is the file's fault. */
function asLoadError(error: unknown): unknown {
  const translated = asQueryError(error);
  if (!(translated instanceof CloudError) || translated.reason !== 'invalidQuery')
    return translated;
  return invalid(`Error while reading data, error message: ${translated.message}`);
}
