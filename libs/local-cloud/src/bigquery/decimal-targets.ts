import { invalid } from './bigquery-errors.js';

export type DecimalTarget = 'NUMERIC' | 'BIGNUMERIC' | 'STRING';

/** What decimals of Avro and Parquet become when the definition does not say. */
export const defaultDecimalTargets: readonly DecimalTarget[] = ['NUMERIC'];

const inOrder: readonly DecimalTarget[] = ['NUMERIC', 'BIGNUMERIC', 'STRING'];

const holds: Readonly<Record<DecimalTarget, (precision: number, scale: number) => boolean>> = {
  NUMERIC: (precision, scale) => scale <= 9 && precision - scale <= 29,
  BIGNUMERIC: (precision, scale) => scale <= 38 && precision - scale <= 38,
  STRING: () => true,
};

/** `decimalTargetTypes` of a load job or an external table. */
export function readDecimalTargets(value: unknown): readonly DecimalTarget[] {
  if (value === undefined || value === null) return defaultDecimalTargets;
  const asked = value as readonly unknown[];
  const known = inOrder.filter((target) => Array.isArray(asked) && asked.includes(target));
  if (!Array.isArray(asked) || known.length === 0 || known.length !== asked.length)
    throw invalid(`Invalid value for decimalTargetTypes: ${JSON.stringify(value).slice(0, 100)}`);
  return known;
}

/**
 * The first of the targets that holds all such numbers, else the widest: a number too large for it is an error later.
 * https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#ExternalDataConfiguration.FIELDS.decimal_target_types
 */
export const decimalTarget = (
  targets: readonly DecimalTarget[],
  precision: number,
  scale: number,
): DecimalTarget =>
  targets.find((target) => holds[target](precision, scale)) ?? targets.at(-1) ?? 'NUMERIC';
