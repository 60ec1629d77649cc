/** The time as the local cloud sees it; tests can move it (`POST /_local/clock`). */
export interface Clock {
  nowMs(): number;
}

/** A clock that runs with the system's, shifted by `shiftMs`. */
export class ShiftableClock implements Clock {
  readonly #listeners = new Set<() => void>();
  #shiftMs = 0;

  nowMs(): number {
    return Date.now() + this.#shiftMs;
  }

  get shiftMs(): number {
    return this.#shiftMs;
  }

  set shiftMs(shiftMs: number) {
    this.#shiftMs = shiftMs;
    for (const listener of this.#listeners) listener();
  }

  /** Calls back after each shift, for what waits for a time to come; the answer ends it. */
  onShift(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
