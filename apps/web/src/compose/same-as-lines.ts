import { ChangeDetectionStrategy, Component, computed, input, signal } from '@angular/core';
import { type ExportRequest, type Field, type Plan } from '@outhaul/api-client';
import { CopyButton } from '../ui/copy-button';
import { bqLine, cliLine, curlLine } from './same-as';

type Tool = 'cli' | 'curl' | 'bq';

/** The same export as a line for a terminal. */
@Component({
  selector: 'outhaul-same-as',
  imports: [CopyButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section class="card" aria-labelledby="same-heading">
      <div class="title">
        <h2 id="same-heading" i18n="@@same.title">The same as</h2>
        <div class="switch" role="group" aria-labelledby="same-heading">
          @for (each of tools; track each) {
            <button type="button" [attr.aria-pressed]="tool() === each" (click)="tool.set(each)">
              {{ names[each] }}
            </button>
          }
        </div>
      </div>
      @if (line(); as line) {
        <div class="line">
          <pre tabindex="0">{{ line }}</pre>
          <outhaul-copy-button
            [text]="line"
            label="Copy the command line"
            i18n-label="@@same.copy"
          />
        </div>
        @if (tool() === 'bq') {
          <p class="quiet" i18n="@@same.bqNote">
            BigQuery’s part alone: no check, no joining, no manifest.
          </p>
        }
      } @else {
        <p class="quiet">{{ why() }}</p>
      }
    </section>
  `,
  styles: `
    .line {
      display: flex;
      align-items: start;
      gap: 4px;
    }
    pre {
      flex: 1;
      max-height: 180px;
      overflow: auto;
      padding: 10px 12px;
      border-radius: 8px;
      background: var(--mat-sys-surface-container);
      font-size: 12px;
      line-height: 1.5;
    }
    p {
      margin: 8px 0 0;
      font: var(--mat-sys-body-small);
    }
  `,
  styleUrl: './form-section.scss',
})
export class SameAs {
  readonly request = input.required<ExportRequest>();
  readonly fields = input.required<readonly Field[]>();
  readonly plan = input<Plan>();
  protected readonly tools: readonly Tool[] = ['cli', 'curl', 'bq'];
  protected readonly names: Readonly<Record<Tool, string>> = {
    cli: 'outhaul',
    curl: 'curl',
    bq: 'bq',
  };
  protected readonly tool = signal<Tool>('cli');
  protected readonly line = computed(() => {
    const plan = this.plan();
    switch (this.tool()) {
      case 'cli':
        return cliLine(this.request(), this.fields(), location.origin);
      case 'curl':
        return curlLine(this.request(), location.origin);
      case 'bq':
        return plan && bqLine(plan);
    }
  });
  protected readonly why = computed(() => {
    if (this.tool() === 'cli')
      return $localize`:@@same.noCli:A column’s name cannot be said on the command line; use curl.`;
    return this.plan()
      ? $localize`:@@same.noBq:bq cannot do this: the key of the mask never leaves the service.`
      : $localize`:@@same.noPlan:There is no plan yet.`;
  });
}
