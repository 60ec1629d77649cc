import { CloudError } from '../http/cloud-error.js';
import { type ObjectRecord } from './object-record.js';
import { invalid, preconditionFailed } from './storage-errors.js';

/** What a request demands of the generation it is about; generation 0 means "no live object". */
export interface Preconditions {
  readonly generationMatch?: number;
  readonly generationNotMatch?: number;
  readonly metagenerationMatch?: number;
  readonly metagenerationNotMatch?: number;
}

/** Reads `ifGenerationMatch` and its kin (with `prefix` `Source`: `ifSourceGenerationMatch`). 400 for what is no number. */
export function parsePreconditions(query: URLSearchParams, prefix = ''): Preconditions {
  return {
    ...one('generationMatch', query, `if${prefix}GenerationMatch`),
    ...one('generationNotMatch', query, `if${prefix}GenerationNotMatch`),
    ...one('metagenerationMatch', query, `if${prefix}MetagenerationMatch`),
    ...one('metagenerationNotMatch', query, `if${prefix}MetagenerationNotMatch`),
  };
}

/** The same from the headers of the XML API. */
export function parseHeaderPreconditions(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Preconditions {
  const query = new URLSearchParams();
  for (const [header, parameter] of [
    ['x-goog-if-generation-match', 'ifGenerationMatch'],
    ['x-goog-if-metageneration-match', 'ifMetagenerationMatch'],
  ] as const) {
    const value = headers[header];
    if (typeof value === 'string') query.set(parameter, value);
  }
  return parsePreconditions(query);
}

/** 412 when a condition does not hold; 304 when a read's `…NotMatch` does not. */
export function checkPreconditions(
  conditions: Preconditions,
  object: Pick<ObjectRecord, 'generation' | 'metageneration'> | undefined,
  purpose: 'read' | 'write',
): void {
  const generation = object?.generation ?? 0;
  const metageneration = object?.metageneration ?? 0;
  if (
    (conditions.generationMatch ?? generation) !== generation ||
    (conditions.metagenerationMatch ?? metageneration) !== metageneration
  )
    throw preconditionFailed();
  if (
    conditions.generationNotMatch === generation ||
    (conditions.metagenerationNotMatch === metageneration && object)
  )
    throw purpose === 'read'
      ? new CloudError(304, 'notModified', 'Not Modified')
      : preconditionFailed();
}

export function parseGeneration(
  value: string | null,
  parameter = 'generation',
): number | undefined {
  if (value === null || value === '') return undefined;
  if (!/^\d{1,16}$/.test(value) || !Number.isSafeInteger(Number(value)))
    throw invalid(`Invalid value for parameter ${parameter}: ${value}`, 'invalidParameter');
  return Number(value);
}

function one(
  key: keyof Preconditions,
  query: URLSearchParams,
  parameter: string,
): Partial<Preconditions> {
  const value = parseGeneration(query.get(parameter), parameter);
  return value === undefined ? {} : { [key]: value };
}
