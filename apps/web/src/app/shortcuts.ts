import { inject, Injectable, signal } from '@angular/core';
import { Router } from '@angular/router';
import { Navigation } from './navigation';

const chordMs = 1_200;

/** The keys of the whole console: `/`, `?`, ⌘K or Ctrl-K, and `g` followed by a page’s key. */
@Injectable({ providedIn: 'root' })
export class Shortcuts {
  private readonly router = inject(Router);
  private readonly navigation = inject(Navigation);
  readonly paletteOpen = signal(false);
  readonly helpOpen = signal(false);
  private goPressedAt = -Infinity;

  onKey(event: KeyboardEvent): void {
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      this.paletteOpen.set(true);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === '/') {
      event.preventDefault();
      this.search();
    } else if (event.key === '?') {
      this.helpOpen.set(true);
    } else if (event.key === 'g') {
      this.goPressedAt = event.timeStamp;
    } else if (event.timeStamp - this.goPressedAt < chordMs) {
      this.goPressedAt = -Infinity;
      const to = this.navigation.destinations().find(({ key }) => key === event.key);
      if (to) void this.router.navigateByUrl(to.path);
    }
  }

  /** The page’s own search where it has one, else the palette. */
  private search(): void {
    const field = document.querySelector<HTMLInputElement>('main [data-search]');
    if (field) field.select();
    else this.paletteOpen.set(true);
  }
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select, [role="combobox"]'))
  );
}
