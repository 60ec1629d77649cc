import { DestroyRef, inject, type Signal, signal } from '@angular/core';

/** Whether the media query holds, as it changes; for an injection context. */
export function mediaSignal(query: string): Signal<boolean> {
  const media = matchMedia(query);
  const holds = signal(media.matches);
  const follow = () => holds.set(media.matches);
  media.addEventListener('change', follow);
  inject(DestroyRef).onDestroy(() => media.removeEventListener('change', follow));
  return holds.asReadonly();
}
