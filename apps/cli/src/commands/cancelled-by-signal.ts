import { ProblemError } from '@outhaul/api-client';
import { exitCodes } from '../exit-codes.js';
import { type Output } from '../output.js';
import { plain } from '../plain-text.js';

/** Something that is begun, then followed to its end, and can be cancelled meanwhile. */
export interface Cancellable<T> {
  /** What it is called: `export`, `set`. */
  readonly what: string;
  begin(): Promise<{ readonly id: string }>;
  follow(id: string): Promise<T>;
  cancel(id: string): Promise<unknown>;
}

/**
 * From its beginning to its end, Ctrl-C cancels it; whoever presses it again has this process ended at once,
 * whatever has become of that. A Ctrl-C before its id is known counts as soon as it is.
 */
export async function cancelledBySignal<T>(
  output: Output,
  { what, begin, follow, cancel }: Cancellable<T>,
): Promise<T> {
  let id: string | undefined;
  const cancelIt = (): void => {
    if (id !== undefined) void untilCancelled(output, id, cancel);
  };
  let isPressed = false;
  // One listener that stays: while there is none, a signal ends the process as if nobody had listened.
  const onSignal = (): void => {
    if (isPressed) return endAtOnce();
    isPressed = true;
    output.note(`\nCancelling the ${what} … (Ctrl-C again does not wait for that)`);
    process.exitCode = exitCodes.interrupted;
    cancelIt();
  };
  process.on('SIGINT', onSignal);
  try {
    ({ id } = await begin());
    if (process.exitCode === exitCodes.interrupted) cancelIt();
    return await follow(id);
  } finally {
    process.off('SIGINT', onSignal);
  }
}

const mostTries = 5;

/** Asks again when the service was not reached, or not well: what runs costs money until it is cancelled. */
async function untilCancelled(
  output: Output,
  id: string,
  cancel: Cancellable<unknown>['cancel'],
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await cancel(id);
      return;
    } catch (error) {
      if (isRefused(error) || attempt === mostTries) {
        output.fault(`It could not be cancelled: ${plain((error as Error).message)}`);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 200 * attempt));
    }
  }
}

/** Whether it would be refused the next time, too. */
function isRefused(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return false;
  const { status, code } = error.problem;
  return status < 500 && status !== 429 && code !== 'record-conflict';
}

const endAtOnce = (): never => process.exit(exitCodes.interrupted);
