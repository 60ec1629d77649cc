import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { type Export, type ExportSet } from '@outhaul/api-client';
import { Icon } from './icon';
import { type IconName } from './icon-paths';

export type ExportState = Export['state'] | ExportSet['state'];

const icons: Record<ExportState, IconName> = {
  queued: 'wait',
  running: 'working',
  waiting: 'wait',
  cancelling: 'stop',
  succeeded: 'done',
  partial: 'warning',
  failed: 'error',
  cancelled: 'stop',
};

/** The name of a state, for people. */
export function nameOfState(state: ExportState): string {
  return {
    queued: $localize`:@@state.queued:Queued`,
    running: $localize`:@@state.running:Running`,
    waiting: $localize`:@@state.waiting:Waiting`,
    cancelling: $localize`:@@state.cancelling:Cancelling`,
    succeeded: $localize`:@@state.succeeded:Succeeded`,
    partial: $localize`:@@state.partial:Partly succeeded`,
    failed: $localize`:@@state.failed:Failed`,
    cancelled: $localize`:@@state.cancelled:Cancelled`,
  }[state];
}

/** An export’s state as a word with its picture; never by colour alone. */
@Component({
  selector: 'outhaul-state-chip',
  imports: [Icon],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '[class]': 'state()' },
  template: `<outhaul-icon [name]="icon()" />{{ name() }}`,
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      gap: 6px;
      padding: 2px 10px 2px 6px;
      border-radius: 999px;
      font: var(--mat-sys-label-large);
      background: var(--mat-sys-surface-container-high);
      color: var(--mat-sys-on-surface-variant);
      white-space: nowrap;
    }
    outhaul-icon {
      width: 16px;
      height: 16px;
    }
    :host(.running),
    :host(.queued) {
      background: var(--mat-sys-primary-container);
      color: var(--mat-sys-on-primary-container);
    }
    :host(.succeeded) {
      background: var(--outhaul-good-container);
      color: var(--outhaul-on-good-container);
    }
    :host(.waiting),
    :host(.partial),
    :host(.cancelling) {
      background: var(--outhaul-warn-container);
      color: var(--outhaul-on-warn-container);
    }
    :host(.failed) {
      background: var(--mat-sys-error-container);
      color: var(--mat-sys-on-error-container);
    }
  `,
})
export class StateChip {
  readonly state = input.required<ExportState>();
  protected readonly icon = computed(() => icons[this.state()]);
  protected readonly name = computed(() => nameOfState(this.state()));
}
