import { type Area } from '../probe.js';
import { told } from '../told.js';
import { type World } from '../world.js';

const verify = 'libs/core/src/run/verify.ts';
const jobs = 'libs/google/src/jobs.ts';
const fingerprint = 'libs/core/src/run/fingerprint.ts';
const parquet = 'https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-parquet';
const exporting = 'https://cloud.google.com/bigquery/docs/exporting-data';

type Json = Readonly<Record<string, unknown>>;

/** What a query says of files that it reads as the table `files`. */
async function readBack(
  world: World,
  sourceUris: readonly string[],
  definition: Json,
  sql: string,
) {
  return world.bigquery.query(sql, { tableDefinitions: { files: { sourceUris, ...definition } } });
}

/** Exports `select` as files of a format; returns their URI. */
async function written(world: World, select: string, format: 'PARQUET' | 'AVRO' | 'CSV' | 'JSON') {
  const uri = world.uri(`${world.folder()}*`);
  const options = `uri='${uri}', format='${format}'${format === 'AVRO' ? ', use_avro_logical_types=true' : ''}, overwrite=true`;
  (await world.bigquery.query(`EXPORT DATA OPTIONS (${options}) AS ${select}`)).orThrow();
  return uri;
}

/** The type under which BigQuery reads a column of its own file again. */
async function typeReadBack(
  world: World,
  select: string,
  format: 'PARQUET' | 'AVRO',
  options: Json = {},
): Promise<{ answer: string; message?: string }> {
  const uri = await written(world, select, format);
  const definition = {
    sourceFormat: format,
    ...(format === 'AVRO' ? { avroOptions: { useAvroLogicalTypes: true } } : {}),
    ...options,
  };
  const job = await readBack(world, [uri], definition, 'SELECT * FROM files');
  if (job.refusal !== undefined) return told(job, '');
  const answer = (await world.bigquery.results(job)).orThrow();
  const names: Json = { INTEGER: 'INT64', FLOAT: 'FLOAT64', BOOLEAN: 'BOOL' };
  const type = String(answer.at('schema.fields.0.type'));
  return { answer: String(names[type] ?? type) };
}

const csvSchema = (...names: string[]): Json => ({
  schema: { fields: names.map((name) => ({ name, type: 'STRING' })) },
});

async function put(world: World, name: string, body: Uint8Array | string): Promise<string> {
  const path = world.folder() + name;
  (await world.storage.put(path, body)).orThrow();
  return world.uri(path);
}

/** What BigQuery writes into files, and what it reads of them again. */
export const files: Area = {
  name: 'files',
  title: 'Files: what BigQuery writes, and reads again',
  probes: [
    {
      id: 'files.flexible-names',
      question: 'Is an external table with a column name such as “unit price” refused?',
      why: 'Files are counted under plain column names of their own.',
      where: verify,
      source: 'https://cloud.google.com/bigquery/docs/external-tables#limitations',
      expected: ['refused'],
      async ask(world) {
        const uri = await put(world, 'a.csv', 'x\n');
        const definition = { sourceFormat: 'CSV', ...csvSchema('unit price') };
        return told(
          await readBack(world, [uri], definition, 'SELECT COUNT(*) FROM files'),
          'works',
          /name|field|column|character/i,
        );
      },
    },
    {
      id: 'files.plain-names',
      question: 'Does the same file work under a name such as c0?',
      why: 'Files are counted under plain column names of their own.',
      where: verify,
      expected: ['works'],
      async ask(world) {
        const uri = await put(world, 'a.csv', 'x\n');
        const definition = { sourceFormat: 'CSV', ...csvSchema('c0') };
        return told(await readBack(world, [uri], definition, 'SELECT c0 FROM files'), 'works');
      },
    },
    {
      id: 'files.lines-as-rows',
      question:
        'Are JSON lines counted right as a CSV of one column that nothing delimits or quotes?',
      why: 'JSON lines are counted without naming their columns.',
      where: verify,
      expected: ['2'],
      async ask(world) {
        const uri = await put(world, 'a.json', '{"a":"x,\\"y\\"\\n"}\n{"a":null}\n');
        const csvOptions = { fieldDelimiter: '\u0001', quote: '' };
        const definition = { sourceFormat: 'CSV', csvOptions, ...csvSchema('line') };
        const job = await readBack(world, [uri], definition, 'SELECT COUNT(*) FROM files');
        if (job.refusal !== undefined) return told(job, '');
        const answer = (await world.bigquery.results(job)).orThrow();
        return { answer: String(answer.at('rows.0.f.0.v')) };
      },
    },
    {
      id: 'files.csv-null-alone',
      question: 'How many rows has a CSV of one column with two NULLs, an empty text and a value?',
      why: 'Such files are counted so that either reading of an empty line is right.',
      where: verify,
      expected: ['4', '2', '1'],
      async ask(world) {
        const select = "SELECT * FROM UNNEST([CAST(NULL AS STRING), NULL, '', 'x']) AS text";
        const uri = await written(world, select, 'CSV');
        const definition = {
          sourceFormat: 'CSV',
          csvOptions: { allowQuotedNewlines: true },
          ...csvSchema('c0'),
        };
        const job = await readBack(world, [uri], definition, 'SELECT COUNT(*) FROM files');
        if (job.refusal !== undefined) return told(job, '');
        const answer = (await world.bigquery.results(job)).orThrow();
        return { answer: String(answer.at('rows.0.f.0.v')) };
      },
    },
    {
      id: 'files.nul-in-csv',
      question: 'Is a CSV with ASCII 0 readable only with preserveAsciiControlCharacters?',
      why: 'Files of texts with ASCII 0 are read with that setting.',
      where: jobs,
      source: 'https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-csv',
      expected: ['without: refused, with: works'],
      async ask(world) {
        const uri = await put(world, 'a.csv', 'a\u0000b\n');
        const read = (csvOptions: Json) =>
          readBack(
            world,
            [uri],
            { sourceFormat: 'CSV', csvOptions, ...csvSchema('c0') },
            'SELECT * FROM files',
          );
        const without = told(await read({}), 'works');
        const withIt = told(await read({ preserveAsciiControlCharacters: true }), 'works');
        return {
          answer: `without: ${without.answer}, with: ${withIt.answer}`,
          message: without.message,
        };
      },
    },
    {
      id: 'files.csv-nested',
      question: 'Is a nested column in CSV refused?',
      why: 'Such a table is offered in other formats.',
      where: 'libs/core/src/plan/type-support.ts',
      source: `${exporting}#export_limitations`,
      expected: ['refused'],
      async ask(world) {
        const { job } = await world.extract(await world.table('SELECT [1, 2] AS list'));
        return told(job, 'works', /nested|repeated|csv/i);
      },
    },
    {
      id: 'files.jsonl-forms',
      question: 'How are INT64, NULL and “<” written as JSON lines?',
      why: 'Fingerprints and spreadsheets read these forms.',
      where: fingerprint,
      source: exporting,
      expected: ['{"big":"9007199254740993","text":"a\\u003cb"}'],
      async ask(world) {
        const table = await world.table(
          "SELECT 9007199254740993 AS big, CAST(NULL AS STRING) AS nothing, 'a<b' AS text",
        );
        const settings = { destinationFormat: 'NEWLINE_DELIMITED_JSON', printHeader: undefined };
        const { job, text } = await world.extract(table, settings);
        job.orThrow();
        return { answer: (await text()).trim() };
      },
    },
    {
      id: 'files.timestamp-in-csv',
      question: 'How is a TIMESTAMP written into CSV?',
      why: 'Spreadsheets and fingerprints read this form.',
      where: fingerprint,
      source: exporting,
      expected: [
        '2026-01-02 03:04:05 UTC,2026-01-02 03:04:05.060000 UTC',
        '2026-01-02 03:04:05 UTC,2026-01-02 03:04:05.06 UTC',
      ],
      async ask(world) {
        const table = await world.table(
          "SELECT TIMESTAMP '2026-01-02 03:04:05' AS whole, TIMESTAMP '2026-01-02 03:04:05.06' AS part",
        );
        const { job, text } = await world.extract(table);
        job.orThrow();
        return { answer: (await text()).trim() };
      },
    },
    {
      id: 'files.parquet-datetime',
      question: 'Under which type does BigQuery read a DATETIME of its own Parquet file?',
      why: 'A fingerprint writes both sides as one text, whatever the type.',
      where: fingerprint,
      source: `${exporting}#parquet_export_details`,
      expected: ['TIMESTAMP', 'DATETIME'],
      ask: (world) => typeReadBack(world, "SELECT DATETIME '2026-01-02 03:04:05' AS c0", 'PARQUET'),
    },
    {
      id: 'files.parquet-bignumeric',
      question: 'Is a wide BIGNUMERIC of a Parquet file readable without decimalTargetTypes?',
      why: 'Files are read with the list NUMERIC, BIGNUMERIC.',
      where: jobs,
      source: `${parquet}#decimal_logical_type`,
      expected: ['refused', 'NUMERIC', 'BIGNUMERIC'],
      ask: (world) => typeReadBack(world, "SELECT BIGNUMERIC '1.5' AS c0", 'PARQUET'),
    },
    {
      id: 'files.parquet-bignumeric-with-types',
      question: 'Does decimalTargetTypes NUMERIC, BIGNUMERIC make it a BIGNUMERIC?',
      why: 'Files are read with the list NUMERIC, BIGNUMERIC.',
      where: jobs,
      source:
        'https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#ExternalDataConfiguration',
      expected: ['BIGNUMERIC'],
      ask: (world) =>
        typeReadBack(world, "SELECT BIGNUMERIC '1.5' AS c0", 'PARQUET', {
          decimalTargetTypes: ['NUMERIC', 'BIGNUMERIC'],
        }),
    },
    {
      id: 'files.parquet-json',
      question: 'Can a JSON column be written as Parquet?',
      why: 'It is taken as it is, with a note that it becomes a text.',
      where: 'libs/core/src/plan/type-support.ts',
      source: `${exporting}#parquet_export_details`,
      expected: ['works'],
      async ask(world) {
        const table = await world.table('SELECT JSON \'{"a":1}\' AS c0');
        const settings = { destinationFormat: 'PARQUET', printHeader: undefined };
        return told((await world.extract(table, settings)).job, 'works');
      },
    },
    {
      id: 'files.parquet-geography',
      question: 'Under which type does BigQuery read a GEOGRAPHY of its own Parquet file?',
      why: 'A fingerprint writes both sides as WKT.',
      where: fingerprint,
      source: `${exporting}#parquet_export_details`,
      expected: ['GEOGRAPHY', 'BYTES'],
      async ask(world) {
        const loaded = await put(world, 'a.csv', 'POINT(1 2)\n');
        const place = { projectId: world.options.project, datasetId: world.scratch.dataset };
        const tableId = world.name('t');
        const load = {
          destinationTable: { ...place, tableId },
          schema: { fields: [{ name: 'c0', type: 'GEOGRAPHY' }] },
          sourceFormat: 'CSV',
          sourceUris: [loaded],
        };
        (await world.bigquery.run({ load })).orThrow();
        return typeReadBack(world, `SELECT c0 FROM ${world.quoted(tableId)}`, 'PARQUET');
      },
    },
    {
      id: 'files.avro-datetime',
      question: 'Under which type does BigQuery read a DATETIME of its own Avro file?',
      why: 'A fingerprint writes both sides as one text, whatever the type.',
      where: fingerprint,
      source:
        'https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-avro#logical_types',
      expected: ['STRING', 'DATETIME'],
      ask: (world) => typeReadBack(world, "SELECT DATETIME '2026-01-02 03:04:05' AS c0", 'AVRO'),
    },
    {
      id: 'files.avro-timestamp',
      question: 'Under which type does BigQuery read a TIMESTAMP of its own Avro file?',
      why: 'A fingerprint compares it as a TIMESTAMP.',
      where: fingerprint,
      source:
        'https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-avro#logical_types',
      expected: ['TIMESTAMP'],
      ask: (world) => typeReadBack(world, "SELECT TIMESTAMP '2026-01-02 03:04:05' AS c0", 'AVRO'),
    },
    {
      id: 'files.json-column',
      question: 'Can an external table of JSON lines have a JSON column?',
      why: 'Nothing rests on it: JSON lines are read line by line as text.',
      where: jobs,
      expected: ['works', 'refused'],
      async ask(world) {
        const uri = await put(world, 'a.json', '{"c0":{"a":1}}\n');
        const definition = {
          sourceFormat: 'NEWLINE_DELIMITED_JSON',
          schema: { fields: [{ name: 'c0', type: 'JSON' }] },
        };
        return told(await readBack(world, [uri], definition, 'SELECT c0 FROM files'), 'works');
      },
    },
  ],
};
