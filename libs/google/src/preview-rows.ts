import {
  type Field,
  isAppError,
  type Page,
  type PreviewRow,
  quoteIdentifier,
  type TableRef,
} from '@outhaul/core';
import { type BigQueryRest, segment } from './bigquery-rest.js';
import { toField, toRow } from './to-core.js';
import { type Asked } from './translate-error.js';
import { type WireField, type WireRow } from './wire-types.js';

/** A preview is a look: one that would cost more than half a cent is left. */
const maxPreviewBytes = 1024 ** 3;

/** The first rows as BigQuery has them, free of charge. */
export async function listRows(
  rest: BigQueryRest,
  { project, dataset, table }: TableRef,
  fields: readonly Field[],
  { maxRows, pageToken }: { maxRows: number; pageToken?: string },
  asked: Asked,
): Promise<Page<PreviewRow>> {
  const answer = await rest.call<{ rows?: WireRow[]; pageToken?: string }>(
    {
      project,
      path: `/datasets/${segment(dataset)}/tables/${segment(table)}/data`,
      query: { maxResults: maxRows, pageToken, 'formatOptions.useInt64Timestamp': true },
    },
    asked,
  );
  return {
    items: (answer.rows ?? []).map((row) => toRow(row, fields)),
    nextPageToken: answer.pageToken,
  };
}

/**
 * The rows that row access policies and masks leave the caller, which only a query reads
 * (bigquery/docs/using-row-level-security-with-features). Undefined where the caller may run none, or it would be large.
 */
export async function previewByQuery(
  rest: BigQueryRest,
  { project, location }: { project: string; location: string },
  ref: TableRef,
  fields: readonly Field[],
  maxRows: number,
): Promise<readonly PreviewRow[] | undefined> {
  const name = [ref.project, ref.dataset, ref.table].map(quoteIdentifier).join('.');
  const columns = fields.map((field) => quoteIdentifier(field.name)).join(', ');
  try {
    const answer = await rest.call<{ schema?: { fields?: WireField[] }; rows?: WireRow[] }>(
      {
        method: 'POST',
        project,
        path: '/queries',
        json: {
          query: `SELECT ${columns} FROM ${name} LIMIT ${maxRows}`,
          useLegacySql: false,
          location,
          maxResults: maxRows,
          timeoutMs: 30_000,
          maximumBytesBilled: String(maxPreviewBytes),
          formatOptions: { useInt64Timestamp: true },
        },
      },
      { missing: 'permission-denied', resource: name },
    );
    const read = (answer.schema?.fields ?? []).map(toField);
    return answer.rows === undefined && read.length === 0
      ? undefined
      : (answer.rows ?? []).map((row) => toRow(row, read));
  } catch (error) {
    const isRefusal = refusals.some((code) => isAppError(error, code));
    if (isRefusal) return undefined;
    throw error;
  }
}

const refusals = ['permission-denied', 'sql-invalid', 'request-invalid'] as const;
