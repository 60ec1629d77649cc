import { join } from 'node:path';
import { runTargets } from './run.mjs';

/** Where the stack lives, and the settings under which `cdktf` asks nobody and calls nobody but Google. */
export const stackFolder = join(import.meta.dirname, '../infra/cdktf');

/** Compiles the stack; `configuration` is the file that OUTHAUL_STACK is to name, relative to where we were called. */
export function prepareStack(configuration) {
  runTargets(['build'], ['infra'], { quiet: true });
  return {
    ...process.env,
    ...(configuration ? { OUTHAUL_STACK: configuration } : {}),
    CHECKPOINT_DISABLE: '1',
    DISABLE_VERSION_CHECK: '1',
  };
}
