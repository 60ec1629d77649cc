import { effect, Injectable, signal } from '@angular/core';

export type Theme = 'system' | 'light' | 'dark';

const order: readonly Theme[] = ['system', 'light', 'dark'];

/** Which theme the person has chosen; kept in the browser. */
@Injectable({ providedIn: 'root' })
export class ThemeChoice {
  readonly theme = signal<Theme>(stored());

  constructor() {
    effect(() => {
      const theme = this.theme();
      if (theme === 'system') document.documentElement.removeAttribute('data-theme');
      else document.documentElement.setAttribute('data-theme', theme);
      localStorage.setItem('outhaul-theme', theme);
    });
  }

  next(): void {
    this.theme.update((theme) => order[(order.indexOf(theme) + 1) % order.length] ?? 'system');
  }
}

function stored(): Theme {
  const value = localStorage.getItem('outhaul-theme');
  return value === 'light' || value === 'dark' ? value : 'system';
}
