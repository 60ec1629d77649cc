import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { Icon } from './icon';
import { Notices } from './notices';

/** Copies a text. */
@Component({
  selector: 'outhaul-copy-button',
  imports: [Icon, MatIconButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <button
      matIconButton
      type="button"
      [attr.aria-label]="label()"
      [title]="label()"
      (click)="notices.copy(text())"
    >
      <outhaul-icon name="copy" />
    </button>
  `,
})
export class CopyButton {
  readonly text = input.required<string>();
  /** What is copied, for a screen reader. */
  readonly label = input($localize`:@@copy.label:Copy`);
  protected readonly notices = inject(Notices);
}
