import { type Expression } from '../parser/ast.js';
import { type Analysis } from './analysis.js';
import { analyzeExpression } from './analyze-expression.js';
import { type Scope } from './scope.js';

/**
 * A text that is the same for expressions that mean the same: columns are resolved, places in the text left out.
 * By it a SELECT item is found to be one of the GROUP BY expressions.
 */
export function canonicalOf(analysis: Analysis, scope: Scope, node: Expression): string {
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
    const each = value as Expression;
    if (each.kind === 'name' || (each.kind === 'field' && isPath(each))) {
      const resolved = tryResolve(analysis, scope, each);
      if (resolved !== undefined) return { column: resolved };
    }
    return Object.fromEntries(
      Object.entries(each)
        .filter(([key, member]) => key !== 'at' && key !== 'written' && member !== undefined)
        .map(([key, member]) => [key, visit(member)]),
    );
  };
  return JSON.stringify(visit(node));
}

const isPath = (node: Expression): boolean =>
  node.kind === 'name' || (node.kind === 'field' && isPath(node.base));

function tryResolve(analysis: Analysis, scope: Scope, node: Expression): string | undefined {
  try {
    return analyzeExpression(analysis, { ...scope, aliases: undefined }, node).sql;
  } catch {
    return undefined;
  }
}
