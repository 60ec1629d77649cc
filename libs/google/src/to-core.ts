import {
  type Field,
  type FieldType,
  fieldTypes,
  type JobState,
  type PreviewRow,
  type PreviewValue,
  type TableKind,
  type TableMetadata,
} from '@outhaul/core';
import { type WireField, type WireJob, type WireRow, type WireTable } from './wire-types.js';

const legacyTypes: Record<string, FieldType> = {
  INTEGER: 'INT64',
  FLOAT: 'FLOAT64',
  BOOLEAN: 'BOOL',
  RECORD: 'STRUCT',
};

const kinds: Record<string, TableKind> = {
  TABLE: 'table',
  VIEW: 'view',
  MATERIALIZED_VIEW: 'materialized-view',
  EXTERNAL: 'external',
  SNAPSHOT: 'snapshot',
};

/** A type that BigQuery may add later is taken as text, so that its tables can still be seen. */
const typeOf = (wire: string): FieldType =>
  legacyTypes[wire] ?? fieldTypes.find((known) => known === wire) ?? 'STRING';

const modes = { REQUIRED: 'REQUIRED', REPEATED: 'REPEATED' } as const;

export const toField = (wire: WireField): Field => ({
  name: wire.name,
  type: typeOf(wire.type),
  mode: modes[wire.mode as keyof typeof modes] ?? 'NULLABLE',
  description: wire.description || undefined,
  fields: wire.fields?.map(toField),
  precision: toNumber(wire.precision),
  scale: toNumber(wire.scale),
  maxLength: toNumber(wire.maxLength),
  policyTags: wire.policyTags?.names,
  rangeElementType: wire.rangeElementType?.type ? typeOf(wire.rangeElementType.type) : undefined,
});

const toNumber = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text);

export const toKind = (type: string | undefined): TableKind => kinds[type ?? 'TABLE'] ?? 'table';

export function toTable(wire: WireTable, readAtMs: number): TableMetadata {
  const { tableReference: ref, timePartitioning, rangePartitioning } = wire;
  const kind = toKind(wire.type);
  const isStored = kind === 'table' || kind === 'snapshot' || kind === 'materialized-view';
  return {
    ref: { project: ref.projectId, dataset: ref.datasetId, table: ref.tableId },
    kind,
    fields: (wire.schema?.fields ?? []).map(toField),
    location: wire.location ?? 'US',
    description: wire.description || undefined,
    labels: wire.labels,
    etag: wire.etag ?? '',
    createdMs: Number(wire.creationTime ?? 0),
    modifiedMs: Number(wire.lastModifiedTime ?? wire.creationTime ?? 0),
    expiresMs: toNumber(wire.expirationTime),
    rowCount: isStored ? toNumber(wire.numRows) : undefined,
    sizeBytes: isStored ? toNumber(wire.numBytes) : undefined,
    hasStreamingBuffer: wire.streamingBuffer !== undefined,
    partitioning: timePartitioning
      ? {
          column: timePartitioning.field,
          unit: (timePartitioning.type ?? 'DAY') as 'DAY',
          requireFilter:
            wire.requirePartitionFilter ?? timePartitioning.requirePartitionFilter ?? false,
        }
      : rangePartitioning
        ? {
            column: rangePartitioning.field,
            unit: 'INTEGER',
            interval: toNumber(rangePartitioning.range?.interval),
            start: toNumber(rangePartitioning.range?.start),
            end: toNumber(rangePartitioning.range?.end),
            requireFilter: wire.requirePartitionFilter ?? false,
          }
        : undefined,
    clustering: wire.clustering?.fields,
    viewSql: wire.view?.query ?? wire.materializedView?.query,
    isIceberg: wire.biglakeConfiguration !== undefined,
    readAtMs,
  };
}

export function toJobState(wire: WireJob, location: string): JobState {
  const { jobReference, status, statistics } = wire;
  const state =
    status?.state === 'DONE' ? 'done' : status?.state === 'RUNNING' ? 'running' : 'pending';
  const failure = status?.errorResult;
  const counts = statistics?.extract?.destinationUriFileCounts;
  const exported = statistics?.query?.exportDataStatistics;
  return {
    ref: {
      project: jobReference.projectId,
      location: jobReference.location ?? location,
      id: jobReference.jobId,
    },
    state,
    startedMs: toNumber(statistics?.startTime),
    finishedMs: toNumber(statistics?.endTime),
    error: failure
      ? { reason: failure.reason ?? 'unknown', message: failure.message ?? '' }
      : undefined,
    fileCount:
      state !== 'done'
        ? undefined
        : (counts?.reduce((sum, count) => sum + Number(count), 0) ?? toNumber(exported?.fileCount)),
    rowCount: state === 'done' ? toNumber(exported?.rowCount) : undefined,
    bytesProcessed: toNumber(
      statistics?.query?.totalBytesProcessed ?? statistics?.totalBytesProcessed,
    ),
  };
}

export const toRow = (row: WireRow, fields: readonly Field[]): PreviewRow =>
  fields.map((field, index) => toValue(row.f?.[index]?.v, field));

function toValue(value: unknown, field: Field): PreviewValue {
  if (value === null || value === undefined) return null;
  if (field.mode === 'REPEATED') {
    return (value as { v: unknown }[]).map((item) =>
      toValue(item.v, { ...field, mode: 'NULLABLE' }),
    );
  }
  if (field.type === 'TIMESTAMP') return timestampText(BigInt(String(value)));
  if (field.type !== 'STRUCT') return String(value);
  const cells = toRow(value as WireRow, field.fields ?? []);
  return Object.fromEntries(
    (field.fields ?? []).map((nested, index) => [nested.name, cells[index] ?? null]),
  );
}

/** Microseconds since 1970 as `2026-01-02 03:04:05.5 UTC`. */
function timestampText(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const whole = new Date(Number((micros - fraction) / 1_000n))
    .toISOString()
    .slice(0, 19)
    .replace('T', ' ');
  const tail = fraction === 0n ? '' : `.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`;
  return `${whole}${tail} UTC`;
}
