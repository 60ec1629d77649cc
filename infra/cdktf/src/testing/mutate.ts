import { type Synthesized } from './synth.js';

export type Mutable = { resource: Record<string, Record<string, Record<string, unknown>>> };

/** A copy of a stack in which someone has changed something. */
export function mutated(stack: Synthesized, change: (copy: Mutable) => void): Synthesized {
  const copy = structuredClone(stack) as unknown as Mutable;
  change(copy);
  return copy as unknown as Synthesized;
}

/** The first resource of a type whose name starts with `prefix`. */
export function firstOf(stack: Mutable, type: string, prefix = ''): Record<string, unknown> {
  const [, resource] =
    Object.entries(stack.resource[type] ?? {}).find(([name]) => name.startsWith(prefix)) ?? [];
  if (!resource) throw new Error(`the stack has no ${type} ${prefix}…`);
  return resource;
}

/** Takes away the resources of a type that `isGone` names. */
export function removeWhere(
  stack: Mutable,
  type: string,
  isGone: (name: string, fields: Record<string, unknown>) => boolean,
): void {
  const kept = Object.entries(stack.resource[type] ?? {}).filter(
    ([name, fields]) => !isGone(name, fields),
  );
  stack.resource[type] = Object.fromEntries(kept);
}
