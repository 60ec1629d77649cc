import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Testing } from 'cdktf';
import { parseStackConfig, type StackSettings } from '../config.js';
import { OuthaulStack } from '../stack.js';

export type Fields = Readonly<Record<string, unknown>>;

/** A synthesized stack, as Terraform reads it. */
export interface Synthesized {
  readonly terraform: Fields;
  readonly provider: Fields;
  readonly resource: Readonly<Record<string, Readonly<Record<string, Fields>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, Fields>>>>;
  readonly output: Readonly<Record<string, Fields>>;
}

export const exampleNames = ['dev', 'prod', 'iap'] as const;

export const exampleConfig = (name: (typeof exampleNames)[number]): StackSettings =>
  JSON.parse(readFileSync(join(__dirname, `../../config/${name}.json`), 'utf8')) as StackSettings;

/** The stack of a configuration. */
export function synthesize(settings: StackSettings): Synthesized {
  const stack = new OuthaulStack(Testing.app(), 'outhaul', parseStackConfig(settings));
  return JSON.parse(Testing.synth(stack)) as Synthesized;
}

/** All resources of a type, by their address. */
export const resourcesOf = (stack: Synthesized, type: string): [string, Fields][] =>
  Object.entries(stack.resource[type] ?? {});
