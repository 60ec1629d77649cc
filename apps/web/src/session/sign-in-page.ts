import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { SignInCard } from './sign-in-card';

/** Where a sign-in that failed leads to. */
@Component({
  selector: 'outhaul-sign-in-page',
  imports: [SignInCard],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `<outhaul-sign-in-card [error]="error()" [returnTo]="returnTo() ?? '/'" />`,
})
export class SignInPage {
  readonly error = input<string>();
  readonly returnTo = input<string>();
}
