import { functionTable } from '../functions/function-table.js';
import { type Overload } from '../functions/function-spec.js';
import { type CallNode, type Expression } from '../parser/ast.js';
import { mistake, refused } from '../sql-error.js';
import { arrayOf, sameType, type SqlType } from '../types.js';
import { analyzeAggregate } from './analyze-aggregate.js';
import { analyzeWindow } from './analyze-window.js';
import { isAggregate, isWindowFunction } from './aggregates.js';
import { type Analysis } from './analysis.js';
import { analyzeExpression } from './analyze-expression.js';
import { argumentTypes, coerce, coercionCost, supertypeOf } from './coerce.js';
import { knownElsewhere } from './known-elsewhere.js';
import { suggestion } from './resolve-name.js';
import { type Scope } from './scope.js';
import { applyTemplate, isNullLiteral, type Typed } from './typed.js';

/** A call of a function, an aggregate or a window function. */
export function analyzeCall(analysis: Analysis, scope: Scope, node: CallNode): Typed {
  const { name } = node;
  if (node.over) return analyzeWindow(analysis, scope, node, node.over);
  if (isAggregate(name)) return analyzeAggregate(analysis, scope, node);
  if (isWindowFunction(name))
    throw mistake(`Analytic function ${name} cannot be called without an OVER clause`, node.at);
  const spec = Object.hasOwn(functionTable, name) ? functionTable[name] : undefined;
  if (!spec) throw notFound(node);
  refuseModifiers(node);
  const analyze = (each: Expression): Typed => analyzeExpression(analysis, scope, each);
  if (spec.kind === 'custom')
    return spec.run({ name, node, isSafe: node.isSafe, analysis, scope, analyze });
  if (node.named.length > 0) throw refused(`named arguments of ${name}`, node.at);
  return applyOverloads(node, spec.overloads, node.args.map(analyze));
}

function notFound(node: CallNode) {
  if (knownElsewhere.test(node.name)) return refused(`the function ${node.name}`, node.at);
  return mistake(
    `Function not found: ${node.written}${suggestion(node.written, Object.keys(functionTable))}`,
    node.at,
  );
}

function refuseModifiers(node: CallNode): void {
  const { name, at } = node;
  if (node.isStar)
    throw mistake(`Argument * can only be used in COUNT(*), but was in ${name}(*)`, at);
  if (node.isDistinct) throw mistake(`Non-aggregate ${name}() cannot be called with DISTINCT`, at);
  if (node.orderBy.length > 0)
    throw mistake(`Function ${name} does not support ORDER BY in arguments`, at);
  if (node.limit) throw mistake(`Function ${name} does not support LIMIT in arguments`, at);
  if (node.nulls)
    throw mistake(
      `IGNORE NULLS and RESPECT NULLS are not allowed in calls to function ${name}`,
      at,
    );
}

/** Chooses the overload that needs the least coercion. */
export function applyOverloads(
  node: CallNode,
  overloads: readonly Overload[],
  args: readonly Typed[],
): Typed {
  const fits = overloads
    .map((overload) => ({ overload, fit: fitOf(overload, args) }))
    .filter((each) => each.fit !== undefined)
    .sort((a, b) => (a.fit?.cost ?? 0) - (b.fit?.cost ?? 0));
  const [best] = fits;
  if (!best?.fit) throw noMatch(node, overloads, args);
  const { overload, fit } = best;
  const values = args.map((arg, index) => coerce(arg, fit.targets[index] as SqlType));
  const returns =
    overload.returns === undefined
      ? (fit.common as SqlType)
      : typeof overload.returns === 'function'
        ? overload.returns(values)
        : overload.returns;
  const sql = applyTemplate(
    (...parts) => overload.template(...parts),
    values.map((value) => value.sql),
    node.isSafe,
  );
  return { sql: `(${sql})`, type: returns };
}

function noMatch(node: CallNode, overloads: readonly Overload[], args: readonly Typed[]) {
  const signatures = overloads.map(({ text }) => `${node.name}(${text})`);
  return mistake(
    `No matching signature for function ${node.name} ${args.length === 0 ? 'with no arguments' : `for argument types: ${argumentTypes(args)}`}. Supported signature${signatures.length === 1 ? '' : 's'}: ${signatures.join('; ')}`,
    node.at,
  );
}

function fitOf(
  { parameters }: Overload,
  args: readonly Typed[],
): { cost: number; targets: SqlType[]; common?: SqlType } | undefined {
  const least = parameters.filter(
    ({ isOptional, isRepeated }) => !isOptional && !isRepeated,
  ).length;
  const isOpen = parameters.at(-1)?.isRepeated === true;
  if (args.length < least || (!isOpen && args.length > parameters.length)) return undefined;
  const wanted = args.map(
    (_, index) => (parameters[index] ?? parameters.at(-1)) as Overload['parameters'][number],
  );
  const templated = args.flatMap((arg, index): Typed[] => {
    const type = wanted[index]?.type;
    if (type === 'T') return [arg];
    if (type === 'ARRAY<T>' && arg.type.kind === 'ARRAY')
      return [{ sql: '', type: arg.type.element, constant: arg.constant }];
    return [];
  });
  const common = templated.length > 0 ? supertypeOf(templated) : undefined;
  let cost = 0;
  const targets: SqlType[] = [];
  for (const [index, arg] of args.entries()) {
    const type = wanted[index]?.type;
    if (type === 'ANY') {
      targets.push(arg.type);
      continue;
    }
    if ((type === 'T' || type === 'ARRAY<T>') && !common && !isNullLiteral(arg)) return undefined;
    if (type === 'ARRAY<T>' && arg.type.kind !== 'ARRAY' && !isNullLiteral(arg)) return undefined;
    const target =
      type === 'T'
        ? (common as SqlType)
        : type === 'ARRAY<T>'
          ? arrayOf(common ?? arg.type)
          : (type as SqlType);
    const step = sameType(arg.type, target) ? 0 : coercionCost(arg, target);
    if (step === undefined) return undefined;
    cost += step;
    targets.push(target);
  }
  return { cost, targets, ...(common ? { common } : {}) };
}
