import { argumentTypes, coerce, coerceOr, supertypeOf } from '../analyzer/coerce.js';
import { compareSql } from '../analyzer/compare.js';
import { applyTemplate, type Typed } from '../analyzer/typed.js';
import { type Expression } from '../parser/ast.js';
import { mistake } from '../sql-error.js';
import { bool, type SqlType, string, typeName } from '../types.js';
import { custom, fn } from './define.js';
import { type CustomCall, type FunctionTable } from './function-spec.js';

function commonType({ name, node }: CustomCall, values: readonly Typed[]): SqlType {
  const type = supertypeOf(values);
  if (!type)
    throw mistake(
      `No matching signature for function ${name} for argument types: ${argumentTypes(values)}. Supported signature: ${name}(ANY, [ANY, ...])`,
      node.at,
    );
  return type;
}

function valuesOf(call: CustomCall, least: number, most: number): Typed[] {
  const { node, name } = call;
  if (node.args.length < least || node.args.length > most)
    throw mistake(
      `No matching signature for function ${name} for argument types: ${argumentTypes(node.args.map((each: Expression) => call.analyze(each)))}. Supported signature: ${name}(${Array.from({ length: least }, () => 'ANY').join(', ')}${most > least ? ', ...' : ''})`,
      node.at,
    );
  return node.args.map((each) => call.analyze(each));
}

function coalesce(call: CustomCall): Typed {
  const values = valuesOf(
    call,
    call.name === 'IFNULL' ? 2 : 1,
    call.name === 'IFNULL' ? 2 : 10_000,
  );
  const type = commonType(call, values);
  return { sql: `coalesce(${values.map((each) => coerce(each, type).sql).join(', ')})`, type };
}

function extreme(name: 'greatest' | 'least') {
  return custom('T, T...', (call) => {
    const values = valuesOf(call, 1, 10_000);
    const type = commonType(call, values);
    const sqls = values.map((each) => coerce(each, type).sql);
    if (type.kind === 'BIGNUMERIC' || type.kind === 'STRUCT' || type.kind === 'JSON')
      throw mistake(
        `${call.name} does not support arguments of type ${typeName(type)} here`,
        call.node.at,
      );
    // NULL when any is NULL; NaN when any is NaN.
    return {
      type,
      sql: applyTemplate((...args) => {
        const nan =
          type.kind === 'FLOAT64'
            ? `WHEN ${args.map((a) => `isnan(${a})`).join(' OR ')} THEN CAST('NaN' AS DOUBLE) `
            : '';
        return `(CASE WHEN ${args.map((a) => `${a} IS NULL`).join(' OR ')} THEN NULL ${nan}ELSE ${name}(${args.join(', ')}) END)`;
      }, sqls),
    };
  });
}

export const conditionalFunctions: FunctionTable = {
  COALESCE: custom('T, T...', coalesce),
  IFNULL: custom('T, T', coalesce),
  IF: custom('BOOL, T, T', (call) => {
    const [condition, then, otherwise] = valuesOf(call, 3, 3) as [Typed, Typed, Typed];
    const test = coerceOr(
      condition,
      bool,
      `No matching signature for function IF for argument types: ${argumentTypes([condition, then, otherwise])}. Supported signature: IF(BOOL, ANY, ANY)`,
      call.node.at,
    );
    const type = commonType(call, [then, otherwise]);
    return {
      type,
      sql: `(CASE WHEN ${test.sql} THEN ${coerce(then, type).sql} ELSE ${coerce(otherwise, type).sql} END)`,
    };
  }),
  NULLIF: custom('T, T', (call) => {
    const [a, b] = valuesOf(call, 2, 2) as [Typed, Typed];
    const type = commonType(call, [a, b]);
    return {
      type,
      sql: applyTemplate(
        (x) =>
          `(CASE WHEN ${compareSql('=', { sql: x, type }, b, call.node.at)} THEN NULL ELSE ${x} END)`,
        [coerce(a, type).sql],
      ),
    };
  }),
  GREATEST: extreme('greatest'),
  LEAST: extreme('least'),
  ZEROIFNULL: fn(
    ['INT64 -> INT64', (x) => `coalesce(${x}, 0)`],
    ['FLOAT64 -> FLOAT64', (x) => `coalesce(${x}, 0)`],
  ),
  NULLIFZERO: fn(
    ['INT64 -> INT64', (x) => `nullif(${x}, 0)`],
    ['FLOAT64 -> FLOAT64', (x) => `nullif(${x}, 0)`],
  ),
  ERROR: custom('STRING', (call) => {
    const [message] = valuesOf(call, 1, 1) as [Typed];
    const text = coerceOr(
      message,
      string,
      'No matching signature for function ERROR',
      call.node.at,
    );
    return {
      sql: `CAST(CAST(gs_fail(coalesce(${text.sql}, 'NULL')) AS VARCHAR) AS BIGINT)`,
      isFailure: true,
      type: { kind: 'INT64' },
    };
  }),
};
