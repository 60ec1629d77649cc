import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { explain } from './outhaul-api';

/** Shows an error with its mend. */
@Component({
  selector: 'outhaul-fault-notice',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div role="alert">
      <p>{{ told().message }}</p>
      @if (told().fix; as fix) {
        <pre>{{ fix }}</pre>
      }
    </div>
  `,
  styles: `
    div {
      padding: 8px 16px;
      border-radius: 12px;
      background: var(--mat-sys-error-container);
      color: var(--mat-sys-on-error-container);
    }
    pre {
      white-space: pre-wrap;
    }
  `,
})
export class FaultNotice {
  readonly error = input.required<unknown>();
  protected readonly told = computed(() => explain(this.error()));
}
