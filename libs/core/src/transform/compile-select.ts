import { AppError } from '../errors.js';
import { supportOf } from '../plan/type-support.js';
import { type PlanWarning } from '../plan/plan.js';
import { type ColumnRequest, type ExportRequest } from '../request/export-request.js';
import { type Field, type FieldType, isNested } from '../schema.js';
import { ParameterList } from './bind-value.js';
import { compileFilter } from './compile-filter.js';
import { compileMask } from './compile-mask.js';
import { type MaskScope } from './mask-scope.js';
import { findColumn } from './find-column.js';
import { quoteIdentifier } from './quote.js';

/** A SELECT that yields the rows of the files, with its bound values. */
export interface CompiledSelect {
  readonly sql: string;
  /** Where `sql` contains `options.where`. */
  readonly whereAt?: WherePlace;
  readonly parameters: ParameterList['parameters'];
  readonly fields: readonly Field[];
  readonly warnings: readonly PlanWarning[];
  readonly maskedColumns: readonly string[];
  /** Whether a column is anything else than itself under its own name, in the source's order. */
  readonly isTransformed: boolean;
}

/** A piece of a text, as `slice` takes it. */
export interface WherePlace {
  readonly from: number;
  readonly to: number;
}

interface Output {
  readonly sql: string;
  readonly field: Field;
  readonly isPlain: boolean;
  readonly masked: boolean;
}

/**
 * Compiles select, rename, cast, mask, filter, flatten, sample, order and limit over `from`, a quoted FROM item that
 * bears the alias `source_row`.
 */
export function compileSelect(
  request: ExportRequest,
  fields: readonly Field[],
  from: string,
  options: { readonly maskScope?: MaskScope; readonly where?: string } = {},
): CompiledSelect {
  const parameters = new ParameterList();
  const warnings: PlanWarning[] = [];
  const asked = request.columns?.map((column, index) =>
    asOutput(column, index, fields, parameters, options.maskScope),
  );
  const wanted = asked ?? fields.map(plainOutput);
  const flat = request.flatten ? wanted.flatMap((output) => flatten(output)) : wanted;
  const fitted = flat.map((output) => fitInto(request, output, warnings));
  const outputs =
    request.format === 'csv' && request.csv?.escapeFormulas ? fitted.map(escapeFormula) : fitted;
  refuseSameNames(outputs);

  const conditions = [
    options.where,
    request.filter && compileFilter(request.filter, fields, parameters),
    request.sample && `RAND() < ${request.sample.percent / 100}`,
  ]
    .filter((condition): condition is string => condition !== undefined)
    .map((condition) => `(${condition})`);
  const order = request.orderBy?.map(({ column, descending }, index) => {
    const { path } = findColumn(fields, column, `orderBy[${index}].column`);
    return `source_row.${path.map(quoteIdentifier).join('.')}${descending ? ' DESC' : ''}`;
  });
  const head = [
    `SELECT ${outputs.map(({ sql: expression, field }) => `${expression} AS ${quoteIdentifier(field.name)}`).join(', ')}`,
    `FROM ${from}`,
  ].join('\n');
  const sql = [
    head,
    conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '',
    order ? `ORDER BY ${order.join(', ')}` : '',
    request.limit === undefined ? '' : `LIMIT ${request.limit}`,
  ]
    .filter(Boolean)
    .join('\n');
  const whereFrom = `${head}\nWHERE (`.length;
  return {
    sql,
    whereAt:
      options.where === undefined
        ? undefined
        : { from: whereFrom, to: whereFrom + options.where.length },
    parameters: parameters.parameters,
    fields: outputs.map(({ field }) => field),
    warnings,
    maskedColumns: outputs.filter(({ masked }) => masked).map(({ field }) => field.name),
    isTransformed: asked !== undefined || outputs.some(({ isPlain }) => !isPlain),
  };
}

function asOutput(
  column: ColumnRequest,
  index: number,
  fields: readonly Field[],
  parameters: ParameterList,
  maskScope: MaskScope | undefined,
): Output {
  const where = `columns[${index}]`;
  const { field, path } = findColumn(fields, column.name, `${where}.name`);
  const source = ['source_row', ...path.map(quoteIdentifier)].join('.');
  const name = column.as ?? path.join('_');
  if (!/^[\p{L}\p{N}_][\p{L}\p{M}\p{N}\p{Zs}_&%=+:'<>#|-]{0,299}$/u.test(name)) {
    throw new AppError('request-invalid', `${JSON.stringify(name)} cannot be a column’s name.`, {
      field: `${where}.as`,
    });
  }
  const masked =
    column.mask &&
    compileMask(column.mask, field, source, parameters, maskScope?.(path), `${where}.mask`);
  let output: Output = {
    sql: masked?.sql ?? source,
    field: {
      ...field,
      name,
      ...(masked ? { type: masked.type, mode: 'NULLABLE' as const, fields: undefined } : {}),
    },
    isPlain: !masked && name === field.name && path.length === 1,
    masked: masked !== undefined,
  };
  if (masked && column.mask?.kind === 'null' && isNested(field))
    output = { ...output, field: { ...field, name } };
  if (!column.cast) return output;
  if (isNested(output.field)) {
    throw new AppError(
      'request-invalid',
      `Column ${column.name} is nested or repeated and cannot be cast.`,
      { field: `${where}.cast` },
    );
  }
  return {
    ...output,
    sql: `CAST(${output.sql} AS ${column.cast})`,
    field: { name, type: column.cast, mode: output.field.mode, description: field.description },
    isPlain: false,
  };
}

const plainOutput = (field: Field): Output => ({
  sql: `source_row.${quoteIdentifier(field.name)}`,
  field,
  isPlain: true,
  masked: false,
});

/** Nested fields become columns of their own, joined by `_`; repeated ones become JSON text. */
function flatten(output: Output): Output[] {
  const { field, sql, masked } = output;
  if (field.mode === 'REPEATED') return [asJsonText(output)];
  if (field.type !== 'STRUCT') return [output];
  return (field.fields ?? []).flatMap((nested) =>
    flatten({
      sql: `${sql}.${quoteIdentifier(nested.name)}`,
      field: { ...nested, name: `${field.name}_${nested.name}` },
      isPlain: false,
      masked,
    }),
  );
}

/** Casts what the format cannot carry, and says so; refuses what nothing can make fit. */
function fitInto(request: ExportRequest, output: Output, warnings: PlanWarning[]): Output {
  const { field } = output;
  const support = supportOf(request.format, field);
  if (support.how === 'refused') {
    throw new AppError('type-unsupported', `Column ${field.name}: ${support.note}`, {
      resource: field.name,
      fix: 'Ask for `flatten`, leave the column out, or choose jsonl, parquet or avro.',
    });
  }
  if ('note' in support) {
    warnings.push({
      code: support.how === 'as-is' ? 'type-note' : 'type-cast',
      message: support.note,
      column: field.name,
    });
  }
  if (support.how === 'as-is') return output;
  if (isNested(field)) return asJsonText(output);
  return {
    ...output,
    sql: field.type === 'JSON' ? jsonText(output.sql) : `CAST(${output.sql} AS STRING)`,
    field: asString(field),
    isPlain: false,
  };
}

/** A text that a spreadsheet would run gets an apostrophe before it, which the spreadsheet takes away again. */
function escapeFormula(output: Output): Output {
  if (output.field.type !== 'STRING' || output.field.mode === 'REPEATED') return output;
  const { sql } = output;
  const first = `SUBSTR(${sql}, 1, 1)`;
  const isFormula = `${first} IN ('=', '+', '-', '@', '\\t', '\\r', '\\n')`;
  return { ...output, sql: `IF(${isFormula}, CONCAT("'", ${sql}), ${sql})`, isPlain: false };
}

/** TO_JSON_STRING makes the text `null` of NULL. */
const jsonText = (sql: string): string => `IF(${sql} IS NULL, NULL, TO_JSON_STRING(${sql}))`;

const asJsonText = (output: Output): Output => ({
  ...output,
  sql: jsonText(output.sql),
  field: asString(output.field),
  isPlain: false,
});

const asString = (field: Field): Field => ({
  name: field.name,
  type: 'STRING' satisfies FieldType,
  mode: field.mode === 'REQUIRED' ? 'REQUIRED' : 'NULLABLE',
  description: field.description,
});

function refuseSameNames(outputs: readonly Output[]): void {
  const seen = new Set<string>();
  for (const { field } of outputs) {
    const key = field.name.toLowerCase();
    if (seen.has(key)) {
      throw new AppError('request-invalid', `Two columns would be called ${field.name}.`, {
        resource: field.name,
        fix: 'Give one of them another name with `as`.',
      });
    }
    seen.add(key);
  }
}
