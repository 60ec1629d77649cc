import { DestroyRef, inject, type Resource, type Signal, signal } from '@angular/core';

const refreshMs = 2_000;
/** How many rounds a list rests in which nothing is under way: each look at it is a line in the audit trail. */
const restingRounds = 8;

/** Something moves, nothing does, or nothing ever will again. */
export type Pace = 'moving' | 'resting' | 'ended';

/** Reads a resource anew while the page is looked at; answers the time that “ago” counts from. */
export function keepFresh(
  answer: Resource<unknown> & { reload(): boolean },
  pace: () => Pace,
): Signal<number> {
  const nowMs = signal(Date.now());
  let rested = 0;
  const timer = setInterval(() => {
    if (document.hidden || answer.isLoading()) return;
    nowMs.set(Date.now());
    const current = pace();
    rested = current === 'moving' ? restingRounds : rested + 1;
    if (current === 'ended' || rested < restingRounds) return;
    rested = 0;
    answer.reload();
  }, refreshMs);
  inject(DestroyRef).onDestroy(() => clearInterval(timer));
  return nowMs.asReadonly();
}
