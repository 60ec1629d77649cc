import { type Synthesized } from './synth.js';

export interface Policy {
  readonly name: string;
  /** What breaks it, by the resources' addresses. */
  readonly breaches: (stack: Synthesized) => readonly string[];
}

export const breachesOf = (stack: Synthesized, which: readonly Policy[]): string[] =>
  which.flatMap(({ name, breaches }) => breaches(stack).map((each) => `${name}: ${each}`));
