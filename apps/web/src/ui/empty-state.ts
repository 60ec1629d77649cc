import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { Icon } from './icon';
import { type IconName } from './icon-paths';

/** What stands where nothing is yet: it says what would be here and how to get it. */
@Component({
  selector: 'outhaul-empty-state',
  imports: [Icon],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <outhaul-icon [name]="icon()" />
    <h2>{{ title() }}</h2>
    <ng-content />
  `,
  styles: `
    :host {
      display: grid;
      justify-items: center;
      gap: 4px;
      padding: 48px 16px;
      text-align: center;
      color: var(--mat-sys-on-surface-variant);
    }
    outhaul-icon {
      width: 40px;
      height: 40px;
      padding: 16px;
      border-radius: 50%;
      background: var(--mat-sys-surface-container-high);
    }
    h2 {
      margin: 12px 0 0;
      color: var(--mat-sys-on-surface);
    }
  `,
})
export class EmptyState {
  readonly icon = input.required<IconName>();
  readonly title = input.required<string>();
}
