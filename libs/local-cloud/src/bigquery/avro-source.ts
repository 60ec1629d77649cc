import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { type AvroReading } from '../formats/avro/avro-fields.js';
import { convertAvro, readAvroFields } from '../formats/avro/read-avro.js';
import { type BigQueryContext } from './bigquery-context.js';
import { invalid, messageOf } from './bigquery-errors.js';
import { type BigQueryField } from './schema.js';

/** How long converted files are kept: longer than the query that reads them. */
const keptMs = 15 * 60_000;

/** Avro files as JSON lines that DuckDB reads: it has no Avro of its own. 400 for what is no Avro file. */
export async function convertAvroFiles(
  { database }: BigQueryContext,
  paths: readonly string[],
  wanted: readonly BigQueryField[] | undefined,
  reading: AvroReading,
): Promise<{ readonly paths: readonly string[]; readonly schema: readonly BigQueryField[] }> {
  const converted: string[] = [];
  try {
    const [first = ''] = paths;
    const schema = wanted ?? (await readAvroFields(first, reading));
    for (const path of paths) {
      const target = database.temporaryPath(`avro-${randomUUID()}.jsonl`);
      converted.push(target);
      await convertAvro(path, target, schema);
    }
    setTimeout(() => void removeAll(converted), keptMs).unref();
    return { paths: converted, schema };
  } catch (error) {
    await removeAll(converted);
    throw invalid(
      `Error while reading data, error message: The Apache Avro library failed to read the data: ${messageOf(error)}`,
    );
  }
}

async function removeAll(paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map((path) => rm(path, { force: true })));
}
