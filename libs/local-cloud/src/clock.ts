/** The time as the local cloud sees it; tests can move it (`POST /_local/clock`). */
export interface Clock {
  nowMs(): number;
}

/** A clock that runs with the system's, shifted by `shiftMs`. */
export class ShiftableClock implements Clock {
  shiftMs = 0;
  nowMs(): number {
    return Date.now() + this.shiftMs;
  }
}
