import { AppError, type PartitionSummary, type TableRef } from '@outhaul/core';
import { type BigQueryRest } from './bigquery-rest.js';
import { type PublishedQuery } from './published.js';
import { type Asked } from './translate-error.js';
import { type WireRow } from './wire-types.js';

/** Partitions of a table from INFORMATION_SCHEMA, newest first. */
export async function listPartitions(
  rest: BigQueryRest,
  ref: TableRef,
  billingProject: string,
  asked: Asked,
): Promise<readonly PartitionSummary[]> {
  const query = [
    // A partition may come in two rows, one of each storage tier (information-schema-partitions).
    'SELECT partition_id, SUM(total_rows), SUM(total_logical_bytes), UNIX_MILLIS(MAX(last_modified_time))',
    `FROM \`${ref.project}\`.\`${ref.dataset}\`.INFORMATION_SCHEMA.PARTITIONS`,
    'WHERE table_name = @table AND partition_id IS NOT NULL GROUP BY partition_id ORDER BY partition_id DESC LIMIT 10000',
  ].join('\n');
  const answer = await rest.call<{ jobComplete?: boolean; rows?: WireRow[] }>(
    {
      method: 'POST',
      project: billingProject,
      path: '/queries',
      json: {
        query,
        useLegacySql: false,
        timeoutMs: 60_000,
        maxResults: 10_000,
        parameterMode: 'NAMED',
        queryParameters: [
          {
            name: 'table',
            parameterType: { type: 'STRING' },
            parameterValue: { value: ref.table },
          },
        ],
      } satisfies PublishedQuery,
    },
    asked,
  );
  if (answer.jobComplete === false) {
    throw new AppError(
      'upstream-unavailable',
      'BigQuery took more than a minute to list the partitions.',
    );
  }
  return (answer.rows ?? []).map(({ f }) => ({
    id: String(f?.[0]?.v),
    rowCount: Number(f?.[1]?.v ?? 0),
    sizeBytes: Number(f?.[2]?.v ?? 0),
    modifiedMs: Number(f?.[3]?.v ?? 0),
  }));
}
