import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { connectionFault } from '../api/faults';
import { Icon } from '../ui/icon';
import { Session } from './session';
import { SignInCard } from './sign-in-card';

/** Says when the browser is offline, the service is away, or one must sign in; what was typed stays. */
@Component({
  selector: 'outhaul-session-notice',
  imports: [Icon, MatButton, SignInCard],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: {
    '(window:online)': 'online.set(true)',
    '(window:offline)': 'online.set(false)',
  },
  template: `
    @if (session.hasEnded()) {
      <div class="bar" role="alert">
        <outhaul-icon name="lock" />
        <span i18n="@@session.ended"
          >Your session has ended. Sign in again: what you have entered stays as it is.</span
        >
        <a matButton="filled" [href]="session.signInUrl()" i18n="@@session.signInAgain">Sign in</a>
      </div>
    } @else if (session.isSignedOut()) {
      <outhaul-sign-in-card [error]="refused.get('error') ?? undefined" [returnTo]="returnTo" />
    } @else if (isAway()) {
      <div class="bar" role="status">
        <outhaul-icon name="warning" />
        @if (online()) {
          <span i18n="@@session.unreachable"
            >The service cannot be reached. The console goes on as soon as it answers.</span
          >
        } @else {
          <span i18n="@@session.offline"
            >You are offline. What is shown may be old; running exports go on without you.</span
          >
        }
      </div>
    }
  `,
  styles: `
    .bar {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 8px 12px;
      margin-bottom: 16px;
      padding: 8px 16px;
      border-radius: var(--outhaul-radius);
      background: var(--outhaul-warn-container);
      color: var(--outhaul-on-warn-container);
    }
    .bar span {
      flex: 1;
    }
  `,
})
export class SessionNotice {
  protected readonly session = inject(Session);
  /** What the address says of a sign-in that failed; pages never have these. */
  protected readonly refused = new URLSearchParams(
    location.pathname === '/sign-in' ? location.search : '',
  );
  protected readonly returnTo =
    location.pathname === '/sign-in'
      ? (this.refused.get('returnTo') ?? '/')
      : location.pathname + location.search;
  protected readonly online = signal(navigator.onLine);
  protected readonly isAway = computed(() => !this.online() || connectionFault() === 'unreachable');
}
