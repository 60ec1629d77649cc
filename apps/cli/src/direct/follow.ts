interface Moved {
  readonly revision: number;
  readonly outcome?: object;
}

/** Moves it on to its end, and yields each state on the way. Whoever stops reading stops moving it. */
export async function* follow<T extends Moved>(
  advance: () => Promise<T>,
  pollMs: number,
): AsyncGenerator<T, void, void> {
  for (let seen = -1; ;) {
    const state = await advance();
    if (state.revision !== seen) yield state;
    else await new Promise((resolve) => setTimeout(resolve, pollMs));
    if (state.outcome) return;
    seen = state.revision;
  }
}

/** Does what can be done without waiting for anybody, or until `isEnough`. */
export async function moveOn<T extends Moved>(
  advance: () => Promise<T>,
  isEnough: (state: T) => boolean = () => false,
): Promise<T> {
  for (let seen = -1; ;) {
    const state = await advance();
    if (state.outcome || state.revision === seen || isEnough(state)) return state;
    seen = state.revision;
  }
}

/** The same for what has just begun: it has, even when Google cannot be reached for the next step; whoever watches tries again. */
export const moveOnFrom = <T extends Moved>(
  begun: T,
  advance: () => Promise<T>,
  isEnough?: (state: T) => boolean,
): Promise<T> => moveOn(advance, isEnough).catch(() => begun);

/** Moves it on to its end. */
export async function toEnd<T extends Moved>(
  advance: () => Promise<T>,
  pollMs: number,
): Promise<T> {
  let last: T | undefined;
  for await (const state of follow(advance, pollMs)) last = state;
  return last as T;
}
