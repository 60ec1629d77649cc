import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { CopyButton } from '../ui/copy-button';
import { Icon } from '../ui/icon';
import { adviceOn } from './advice';
import { explain } from './faults';

/** Shows an error with its mend. */
@Component({
  selector: 'outhaul-fault-notice',
  imports: [CopyButton, Icon],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="fault" role="alert">
      <outhaul-icon name="error" />
      <div>
        <p>{{ told().message }}</p>
        @if (command(); as command) {
          <div class="fix">
            <pre>{{ command }}</pre>
            <outhaul-copy-button
              [text]="command"
              label="Copy what mends it"
              i18n-label="@@fault.copyFix"
            />
          </div>
        }
        @if (advice(); as advice) {
          <p class="advice">{{ advice }}</p>
        }
        @if (told().requestId; as id) {
          <p class="id" i18n="@@fault.request">Request {{ id }}</p>
        }
      </div>
    </div>
  `,
  styles: `
    .fault {
      display: flex;
      gap: 12px;
      padding: 12px 16px;
      border-radius: var(--outhaul-radius);
      background: var(--mat-sys-error-container);
      color: var(--mat-sys-on-error-container);
    }
    .fault > div {
      flex: 1;
      min-width: 0;
    }
    p {
      margin: 0;
      overflow-wrap: anywhere;
    }
    .fix {
      display: flex;
      align-items: center;
      gap: 8px;
      margin: 8px 0;
      padding: 4px 4px 4px 12px;
      border-radius: 8px;
      background: var(--mat-sys-surface);
      color: var(--mat-sys-on-surface);
    }
    pre {
      flex: 1;
    }
    .advice {
      font: var(--mat-sys-body-small);
    }
    .id {
      font: var(--mat-sys-label-small);
      margin-top: 4px;
    }
  `,
})
export class FaultNotice {
  readonly error = input.required<unknown>();
  protected readonly told = computed(() => explain(this.error()));
  /** The mend, when it is a line for a terminal. */
  protected readonly command = computed(() => {
    const { fix } = this.told();
    return fix !== undefined && /^(gcloud|bq|gsutil|outhaul) /.test(fix) ? fix : undefined;
  });
  protected readonly advice = computed(() => {
    const { fix, code } = this.told();
    return fix === undefined ? adviceOn(code) : this.command() === undefined ? fix : undefined;
  });
}
