import { type TestBigQuery, testProject } from '../../bigquery/testing/with-bigquery.js';
import { sqlTypeOf } from '../../bigquery/sql-type.js';
import { type BigQueryField } from '../../bigquery/schema.js';
import { type QueryParameter } from '../translate.js';
import { type ConformanceCase, type ConformanceCell } from './conformance-case.js';

/** What the local BigQuery answers to a case, in the form of the case’s expectation. */
export interface CaseAnswer {
  readonly rows?: readonly (readonly ConformanceCell[])[];
  readonly types?: readonly string[];
  readonly error?: string;
}

/** Runs a case as a client would: `jobs.query` over HTTP. */
export async function runCase(bigquery: TestBigQuery, each: ConformanceCase): Promise<CaseAnswer> {
  const { status, body } = await bigquery.call(
    'POST',
    `/bigquery/v2/projects/${testProject}/queries`,
    {
      query: each.sql,
      useLegacySql: false,
      timeoutMs: 60_000,
      ...(each.parameters
        ? {
            parameterMode: each.parameters.every(({ name }) => name) ? 'NAMED' : 'POSITIONAL',
            queryParameters: each.parameters.map(toWire),
          }
        : {}),
    },
  );
  if (status !== 200) {
    const { message } = body['error'] as { message: string };
    return { error: message };
  }
  const { fields } = body['schema'] as { fields: BigQueryField[] };
  const rows = (body['rows'] ?? []) as { f: { v: unknown }[] }[];
  return {
    types: fields.map(sqlTypeOf),
    rows: rows.map(({ f }) => f.map(({ v }, index) => toCell(v, fields[index] as BigQueryField))),
  };
}

function toCell(value: unknown, field: BigQueryField): ConformanceCell {
  if (field.mode === 'REPEATED')
    return (value as { v: unknown }[]).map(({ v }) => toCell(v, { ...field, mode: 'NULLABLE' }));
  if (value === null || !field.fields) return value as string | null;
  const { f } = value as { f: { v: unknown }[] };
  return Object.fromEntries(
    field.fields.map((child, index) => [child.name, toCell(f[index]?.v, child)]),
  );
}

const toWire = ({ name, type, value }: QueryParameter) => ({
  ...(name ? { name } : {}),
  parameterType: wireType(type),
  parameterValue: wireValue(type, value),
});

function wireType(field: BigQueryField): object {
  if (field.mode === 'REPEATED')
    return { type: 'ARRAY', arrayType: wireType({ ...field, mode: 'NULLABLE' }) };
  if (field.fields)
    return {
      type: 'STRUCT',
      structTypes: field.fields.map((child) => ({ name: child.name, type: wireType(child) })),
    };
  return { type: sqlTypeOf(field) };
}

function wireValue(field: BigQueryField, value: unknown): object {
  if (field.mode === 'REPEATED')
    return {
      arrayValues: (value as unknown[]).map((item) =>
        wireValue({ ...field, mode: 'NULLABLE' }, item),
      ),
    };
  if (field.fields && value !== null) {
    const members = value as Record<string, unknown>;
    return {
      structValues: Object.fromEntries(
        field.fields.map((child) => [child.name, wireValue(child, members[child.name])]),
      ),
    };
  }
  return { value };
}
