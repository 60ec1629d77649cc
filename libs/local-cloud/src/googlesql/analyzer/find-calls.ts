import { type CallNode, type Expression } from '../parser/ast.js';

/** The calls in an expression, those of its subqueries and of windows’ own clauses left out. */
export function* callsIn(value: unknown): Generator<CallNode> {
  if (Array.isArray(value)) {
    for (const each of value) yield* callsIn(each);
    return;
  }
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  const node = value as Expression;
  if (node.kind === 'subquery') return;
  if (node.kind === 'call') yield node;
  if (node.kind === 'in') {
    yield* callsIn([node.value, node.list, node.unnest]);
    return;
  }
  yield* callsIn(Object.values(node));
}
