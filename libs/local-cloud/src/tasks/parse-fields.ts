import { CloudError } from '../http/cloud-error.js';

export type Fields = Readonly<Record<string, unknown>>;

export const invalidField = (field: string, why: string): CloudError =>
  new CloudError(400, 'badRequest', `Invalid value at '${field}': ${why}`);

/** A message inside a message; absent is undefined. */
export function fieldsOf(value: unknown, field: string): Fields | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value))
    throw invalidField(field, 'it must be an object.');
  return value as Fields;
}

/** 400 for a field that the message does not have. */
export function refuseStrays(fields: Fields, known: readonly string[], message: string): void {
  const stray = Object.keys(fields).find((name) => !known.includes(name));
  if (stray !== undefined)
    throw new CloudError(
      400,
      'badRequest',
      `Invalid JSON payload received. Unknown name "${stray.slice(0, 80)}" at '${message}': Cannot find field.`,
    );
}

export function textOf(value: unknown, field: string): string {
  if (typeof value !== 'string') throw invalidField(field, 'it must be a text.');
  return value;
}

/** `2.5s` in milliseconds. */
export function durationOf(value: unknown, field: string, otherwise: number): number {
  if (value === undefined || value === null) return otherwise;
  const [, seconds] = /^(\d{1,9}(?:\.\d{1,9})?)s$/.exec(String(value)) ?? [];
  if (seconds === undefined) throw invalidField(field, 'it must be a duration such as 2.5s.');
  return Number(seconds) * 1000;
}

/** An RFC 3339 instant in milliseconds. */
export function instantOf(value: unknown, field: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  const text = String(value);
  const ms = /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(ms)) throw invalidField(field, 'it must be an RFC 3339 timestamp.');
  return ms;
}

export function numberOf(value: unknown, field: string, otherwise: number): number {
  if (value === undefined || value === null) return otherwise;
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw invalidField(field, 'it must be a number.');
  return value;
}

/** An enum by its name or, as some clients send it, its number. */
export function enumOf<T extends string>(
  value: unknown,
  field: string,
  byNumber: Readonly<Record<number, T>>,
): T | undefined {
  if (value === undefined || value === null || value === 0) return undefined;
  const found =
    typeof value === 'number'
      ? byNumber[value]
      : Object.values(byNumber).find((name) => name === value);
  if (!found) throw invalidField(field, 'it is none of the known values.');
  return found;
}

/** Milliseconds as a duration of proto3's JSON. */
export const durationText = (ms: number): string =>
  `${(ms / 1000).toFixed(9).replace(/\.?0+$/, '')}s`;

export const instantText = (ms: number): string => new Date(ms).toISOString();
