import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  input,
  resource,
  signal,
} from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { MatIconModule } from '@angular/material/icon';
import { RouterLink } from '@angular/router';
import { type Export, type Step } from '@outhaul/api-client';
import { FaultNotice } from '../api/fault-notice';
import { OuthaulApi } from '../api/outhaul-api';
import { showBytes, showCount, showTime } from '../format/figures';

/** One export: its steps as they happen, and its files when it is done. */
@Component({
  selector: 'outhaul-export-page',
  imports: [FaultNotice, MatButtonModule, MatIconModule, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <p class="quiet"><a routerLink="/exports" i18n>Exports</a></p>
    @if (state(); as it) {
      <h1>{{ it.label ?? sourceName() }}</h1>
      <p aria-live="polite">
        <strong>{{ it.state }}</strong> · {{ it.plan.files.format }} · {{ it.plan.engine.reason }} ·
        {{
          it.plan.cost.free ? 'free' : it.plan.cost.amount.toFixed(4) + ' ' + it.plan.cost.currency
        }}
      </p>
      @if (!it.outcome) {
        <button mat-stroked-button type="button" (click)="cancel()" i18n>Cancel</button>
      }
      <ol>
        @for (step of it.steps; track step.kind) {
          <li [class]="step.state">
            <mat-icon aria-hidden="true">{{ iconOf(step) }}</mat-icon>
            <span>{{ nameOf(step) }}</span>
            <span class="quiet">{{ figuresOf(step) }} {{ step.note }}</span>
          </li>
        }
      </ol>
      @switch (it.outcome?.state) {
        @case ('succeeded') {
          <p class="good" role="status" i18n>
            {{ showCount(rows()) }} rows in the files, as many as in the source. Begun
            {{ showTime(it.createdAt) }}.
          </p>
        }
        @case ('failed') {
          <div role="alert" class="bad">
            <p>{{ failure()?.message }}</p>
            @if (failure()?.fix; as fix) {
              <pre>{{ fix }}</pre>
            }
          </div>
        }
      }
      @if (files.hasValue()) {
        <h2 i18n>Files</h2>
        <div class="scroll">
          <table class="plain">
            <thead>
              <tr>
                <th scope="col" i18n>Name</th>
                <th scope="col" class="number" i18n>Size</th>
                <th scope="col" i18n>CRC32C</th>
              </tr>
            </thead>
            <tbody>
              @for (file of files.value().files; track file.name) {
                <tr>
                  <td>
                    <a [href]="'/api/v1/download/' + it.id + '/' + file.name" download>{{
                      file.name
                    }}</a>
                  </td>
                  <td class="number">{{ showBytes(file.sizeBytes) }}</td>
                  <td>
                    <code>{{ file.crc32c }}</code>
                  </td>
                </tr>
              }
            </tbody>
          </table>
        </div>
        <p class="quiet" i18n>
          All at once, each byte checked: <code>outhaul download {{ it.id }}</code>
        </p>
      }
    }
    @if (fault(); as error) {
      <outhaul-fault-notice [error]="error" />
    }
  `,
  styles: `
    ol {
      list-style: none;
      padding: 0;
    }
    li {
      display: flex;
      gap: 12px;
      align-items: center;
      padding: 6px 0;
    }
    li.done mat-icon {
      color: var(--mat-sys-primary);
    }
    li.failed mat-icon {
      color: var(--mat-sys-error);
    }
    .bad {
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
export class ExportPage {
  readonly id = input.required<string>();
  private readonly api = inject(OuthaulApi);
  protected readonly state = signal<Export | undefined>(undefined);
  protected readonly fault = signal<unknown>(undefined);
  protected readonly showBytes = showBytes;
  protected readonly showCount = showCount;
  protected readonly showTime = showTime;
  protected readonly sourceName = computed(() => {
    const source = this.state()?.request.source;
    return source?.type === 'table' ? `${source.dataset}.${source.table}` : $localize`Query`;
  });
  protected readonly rows = computed(() => {
    const outcome = this.state()?.outcome;
    return outcome?.state === 'succeeded' ? outcome.rows : 0;
  });
  protected readonly failure = computed(() => {
    const outcome = this.state()?.outcome;
    return outcome?.state === 'failed' ? outcome.error : undefined;
  });
  private readonly doneId = computed(() =>
    this.state()?.outcome?.state === 'succeeded' ? this.state()?.id : undefined,
  );
  protected readonly files = resource({
    params: this.doneId,
    loader: ({ params }) => this.api.downloads(params),
  });

  constructor() {
    effect((onCleanup) => {
      const abort = new AbortController();
      onCleanup(() => abort.abort());
      void this.follow(this.id(), abort.signal);
    });
  }

  private async follow(id: string, signal: AbortSignal): Promise<void> {
    try {
      for await (const state of this.api.watch(id, signal)) this.state.set(state);
    } catch (error) {
      if (!signal.aborted) this.fault.set(error);
    }
  }

  protected async cancel(): Promise<void> {
    try {
      this.state.set(await this.api.cancel(this.id()));
    } catch (error) {
      this.fault.set(error);
    }
  }

  protected iconOf({ state }: Step): string {
    return {
      pending: 'radio_button_unchecked',
      running: 'sync',
      waiting: 'hourglass_empty',
      done: 'check_circle',
      failed: 'error',
    }[state];
  }

  protected nameOf({ kind }: Step): string {
    return {
      extract: $localize`BigQuery extracts the table`,
      materialize: $localize`BigQuery runs the query and writes its rows`,
      verify: $localize`Rows are counted against the source`,
      compose: $localize`Parts are joined to one file`,
      convert: $localize`Spreadsheets are made of the rows`,
      seal: $localize`The manifest is written`,
    }[kind];
  }

  protected figuresOf({ progress }: Step): string {
    return [
      progress?.rows === undefined ? '' : $localize`${showCount(progress.rows)} rows`,
      progress?.files === undefined ? '' : countFiles(progress.files),
      progress?.bytes === undefined ? '' : showBytes(progress.bytes),
    ]
      .filter(Boolean)
      .join(', ');
  }
}

const countFiles = (count: number): string =>
  count === 1 ? $localize`1 file` : $localize`${showCount(count)} files`;
