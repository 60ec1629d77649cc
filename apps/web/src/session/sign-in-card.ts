import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Icon } from '../ui/icon';

/** The way in, and why the last try failed. */
@Component({
  selector: 'outhaul-sign-in-card',
  imports: [Icon, MatButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section class="card">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M11 3v14L4 17zM13 6l7 11h-7zM3 19h18c-1.5 2-3.5 2.5-9 2.5S4.5 21 3 19z" />
      </svg>
      <h1 i18n="@@session.title">Sign in to Outhaul</h1>
      @if (why(); as why) {
        <p class="why" role="alert"><outhaul-icon name="error" />{{ why }}</p>
      }
      <p class="quiet" i18n="@@session.why">
        Outhaul gets tables out of BigQuery as verified files. It shows you what you may see in
        Google Cloud, and nothing more.
      </p>
      <a matButton="filled" [href]="url()" i18n="@@session.signIn"
        >Sign in with your organisation</a
      >
    </section>
  `,
  styles: `
    section {
      display: grid;
      justify-items: center;
      gap: 12px;
      max-width: 420px;
      margin: 10vh auto 0;
      padding: 40px 32px;
      text-align: center;
    }
    svg {
      width: 56px;
      fill: var(--mat-sys-primary);
    }
    .why {
      display: flex;
      gap: 8px;
      margin: 0;
      padding: 8px 12px;
      border-radius: var(--outhaul-radius);
      background: var(--mat-sys-error-container);
      color: var(--mat-sys-on-error-container);
      text-align: left;
    }
  `,
})
export class SignInCard {
  /** Code of why the last sign-in failed. */
  readonly error = input<string>();
  /** Where to come back to. */
  readonly returnTo = input.required<string>();
  protected readonly url = computed(
    () => `/auth/sign-in?returnTo=${encodeURIComponent(this.returnTo())}`,
  );
  protected readonly why = computed(() => {
    switch (this.error()) {
      case undefined:
        return '';
      case 'cancelled':
        return $localize`:@@signIn.cancelled:You did not agree to the sign-in.`;
      case 'stale':
        return $localize`:@@signIn.stale:This sign-in was begun in another browser, or too long ago. Try again.`;
      case 'unavailable':
        return $localize`:@@signIn.unavailable:The sign-in service or Google cannot be reached. Try again in a while.`;
      default:
        return $localize`:@@signIn.refused:The sign-in could not be verified, or may not be used here.`;
    }
  });
}
