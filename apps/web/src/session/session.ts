import { computed, inject, Injectable, resource } from '@angular/core';
import { connectionFault } from '../api/faults';
import { OuthaulApi } from '../api/outhaul-api';

/** Who uses the console, and what they may do here. */
@Injectable({ providedIn: 'root' })
export class Session {
  private readonly api = inject(OuthaulApi);
  private readonly answer = resource({
    loader: ({ abortSignal }) => this.api.me(abortSignal),
  });
  readonly me = computed(() => (this.answer.hasValue() ? this.answer.value() : undefined));
  readonly isKnown = computed(() => this.answer.status() !== 'loading');
  private readonly permissions = computed(() => new Set(this.me()?.permissions));
  /** Nobody has signed in yet, or the session has ended. */
  readonly isSignedOut = computed(() => connectionFault() === 'signed-out');
  /** The session has ended under the hands of somebody who was signed in. */
  readonly hasEnded = computed(() => this.isSignedOut() && this.me() !== undefined);

  /** Until it is known, nothing is offered that may be refused. */
  can(permission: string): boolean {
    return this.permissions().has(permission);
  }

  /** Ends the session in this browser, or the sign-in with all of its sessions, and forgets what this tab holds. */
  async signOut(where: 'here' | 'everywhere' = 'here'): Promise<void> {
    await fetch(where === 'here' ? '/auth/sign-out' : '/auth/sign-out-everywhere', {
      method: 'POST',
    });
    sessionStorage.clear();
    location.assign('/');
  }

  /** Where to sign in, and come back to the page at hand. */
  signInUrl(): string {
    const here = location.pathname + location.search;
    return `/auth/sign-in?returnTo=${encodeURIComponent(here)}`;
  }
}
