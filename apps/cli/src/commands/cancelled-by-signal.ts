import { exitCodes } from '../exit-codes.js';
import { type Output } from '../output.js';

/** Something that is begun, then followed to its end, and can be cancelled meanwhile. */
export interface Cancellable<T> {
  /** What it is called: `export`, `set`. */
  readonly what: string;
  begin(): Promise<{ readonly id: string }>;
  follow(id: string): Promise<T>;
  cancel(id: string): Promise<unknown>;
}

/**
 * From its beginning to its end, Ctrl-C cancels it; whoever presses it again has this process ended at once, and what
 * runs is left alone. A Ctrl-C before its id is known counts as soon as it is.
 */
export async function cancelledBySignal<T>(
  output: Output,
  { what, begin, follow, cancel }: Cancellable<T>,
): Promise<T> {
  let id: string | undefined;
  const cancelIt = (): void => {
    if (id === undefined) return;
    cancel(id).catch((error: unknown) =>
      output.note(`It could not be cancelled: ${(error as Error).message}`),
    );
  };
  const onSignal = (): void => {
    output.note(`\nCancelling the ${what} … (Ctrl-C again leaves it running)`);
    process.once('SIGINT', endAtOnce);
    process.exitCode = exitCodes.interrupted;
    cancelIt();
  };
  process.once('SIGINT', onSignal);
  try {
    ({ id } = await begin());
    if (process.exitCode === exitCodes.interrupted) cancelIt();
    return await follow(id);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGINT', endAtOnce);
  }
}

const endAtOnce = (): never => process.exit(exitCodes.interrupted);
