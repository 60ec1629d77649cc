import { type TableName } from '../googlesql/translate.js';
import { invalid, required } from './bigquery-errors.js';

/** A table with what a decorator says of it: `t$20260101` (a partition), `t@1767225600000` (an instant). */
export interface DecoratedTable {
  readonly name: TableName;
  readonly partitionId?: string;
  /** Milliseconds since the epoch. */
  readonly asOfMs?: number;
}

const namePattern = /^[\p{L}\p{M}\p{N}\p{Pc}\p{Pd} ]{1,1024}$/u;

/** Takes the decorators off a table id. `@-n` counts back from now. Throws 400. */
export function parseTableId(name: TableName, nowMs: number): DecoratedTable {
  const match = /^([^$@]*)(?:\$([0-9A-Za-z_-]+))?(?:@(-?\d+))?$/.exec(name.tableId);
  const [, tableId = '', partitionId, instant] = match ?? [];
  if (!match || !namePattern.test(tableId)) throw invalidTableId(name.tableId);
  const asOfMs =
    instant === undefined
      ? undefined
      : Number(instant) <= 0
        ? nowMs + Number(instant)
        : Number(instant);
  return {
    name: { ...name, tableId },
    ...(partitionId === undefined ? {} : { partitionId }),
    ...(asOfMs === undefined ? {} : { asOfMs }),
  };
}

/** A partition of an earlier instant is no source of a job. Throws 400. */
export function requireOneDecorator({ name, partitionId, asOfMs }: DecoratedTable): void {
  if (partitionId !== undefined && asOfMs !== undefined)
    throw invalid(
      `Invalid table ID "${name.tableId}$${partitionId}@${asOfMs}": a partition decorator and a snapshot decorator cannot be used together.`,
    );
}

/** Throws 400 unless a table could be created under this name. */
export function requireNewTableId(tableId: string): void {
  if (!namePattern.test(tableId)) throw invalidTableId(tableId);
}

export function requireNewDatasetId(datasetId: string): void {
  if (!/^[A-Za-z0-9_]{1,1024}$/.test(datasetId))
    throw invalid(
      `Invalid dataset ID "${datasetId.slice(0, 100)}". Dataset IDs must be alphanumeric (plus underscores) and must be at most 1024 characters long.`,
    );
}

/** A `{projectId, datasetId, tableId}` of a request body; throws 400 naming what is missing. */
export function readTableReference(
  value: unknown,
  field: string,
  defaultProject: string,
): TableName {
  const reference = (value ?? {}) as Record<string, unknown>;
  const { projectId = defaultProject, datasetId, tableId } = reference;
  if (typeof datasetId !== 'string' || !datasetId) throw required(`${field}.datasetId`);
  if (typeof tableId !== 'string' || !tableId) throw required(`${field}.tableId`);
  return { projectId: String(projectId), datasetId, tableId };
}

const invalidTableId = (tableId: string) =>
  invalid(
    `Invalid table ID "${tableId.slice(0, 100)}". Table IDs must be alphanumeric (plus underscores) and must be at most 1024 characters long. Also, Table decorators cannot be used.`,
  );
