import {
  ChangeDetectionStrategy,
  Component,
  computed,
  inject,
  input,
  output,
  signal,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { type ExportSummary } from '@outhaul/api-client';
import { explain } from '../api/faults';
import { OuthaulApi } from '../api/outhaul-api';
import { Session } from '../session/session';
import { Modal } from '../ui/modal';
import { Notices } from '../ui/notices';
import { runEach } from './run-each';

const isUnderWay = ({ state }: ExportSummary): boolean =>
  state === 'queued' || state === 'running' || state === 'waiting';
const hasEnded = ({ state }: ExportSummary): boolean =>
  state === 'succeeded' || state === 'failed' || state === 'cancelled';

/** What can be done with the chosen exports together; what fails stays chosen and is told. */
@Component({
  selector: 'outhaul-bulk-actions',
  imports: [MatButton, Modal],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (picked().length > 0) {
      <div class="bar" role="group" aria-label="Chosen exports" i18n-aria-label="@@bulk.label">
        <span i18n="@@bulk.count">{{ picked().length }} chosen</span>
        @if (session.can('exports.create')) {
          <button
            matButton
            type="button"
            [disabled]="isBusy() || running().length === 0"
            (click)="cancel()"
            i18n="@@bulk.cancel"
          >
            Cancel ({{ running().length }})
          </button>
          <button
            matButton
            type="button"
            [disabled]="isBusy() || failed().length === 0"
            (click)="retry()"
            i18n="@@bulk.retry"
          >
            Retry ({{ failed().length }})
          </button>
          <button
            matButton
            type="button"
            [disabled]="isBusy() || ended().length === 0"
            (click)="askRemove.set(true)"
            i18n="@@bulk.remove"
          >
            Remove ({{ ended().length }})
          </button>
        }
        <button
          matButton
          type="button"
          [disabled]="succeeded().length === 0"
          (click)="notices.copy(cliLines())"
          i18n="@@bulk.cli"
        >
          Copy download commands ({{ succeeded().length }})
        </button>
        <span class="gap"></span>
        <button matButton type="button" (click)="cleared.emit()" i18n="@@bulk.clear">
          Choose none
        </button>
      </div>
      @for (fault of faults(); track $index) {
        <p class="fault" role="alert">{{ fault }}</p>
      }
      <outhaul-modal [(open)]="askRemove" label="Remove exports" i18n-label="@@bulk.removeLabel">
        <div class="ask">
          <h2 i18n="@@bulk.removeTitle">Remove {{ ended().length }} exports and their files?</h2>
          <p i18n="@@bulk.removeWhy">
            The files in the bucket are deleted, and links to them end. This cannot be undone.
          </p>
          <button matButton type="button" (click)="askRemove.set(false)" i18n="@@bulk.keep">
            Keep them
          </button>
          <button matButton="filled" type="button" (click)="remove()" i18n="@@bulk.removeNow">
            Remove
          </button>
        </div>
      </outhaul-modal>
    }
  `,
  styles: `
    .bar {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 4px 8px;
      margin-bottom: 8px;
      padding: 4px 16px;
      border-radius: var(--outhaul-radius);
      background: var(--mat-sys-secondary-container);
      color: var(--mat-sys-on-secondary-container);
    }
    .gap {
      flex: 1;
    }
    .fault {
      padding: 8px 16px;
      border-radius: var(--outhaul-radius);
      background: var(--mat-sys-error-container);
      color: var(--mat-sys-on-error-container);
    }
    .ask {
      padding: 24px;
      text-align: right;
    }
    h2,
    .ask p {
      text-align: left;
    }
  `,
})
export class BulkActions {
  readonly picked = input.required<readonly ExportSummary[]>();
  /** Ids of those for which it did not work. */
  readonly done = output<ReadonlySet<string>>();
  readonly cleared = output();
  private readonly api = inject(OuthaulApi);
  protected readonly notices = inject(Notices);
  protected readonly session = inject(Session);
  protected readonly isBusy = signal(false);
  protected readonly askRemove = signal(false);
  protected readonly faults = signal<readonly string[]>([]);
  protected readonly running = computed(() => this.picked().filter(isUnderWay));
  protected readonly failed = computed(() =>
    this.picked().filter(({ state }) => state === 'failed'),
  );
  protected readonly ended = computed(() => this.picked().filter(hasEnded));
  protected readonly succeeded = computed(() =>
    this.picked().filter(({ state }) => state === 'succeeded'),
  );
  protected readonly cliLines = computed(() =>
    this.succeeded()
      .map(({ id }) => `outhaul download ${id}`)
      .join('\n'),
  );

  protected cancel(): Promise<void> {
    return this.forEach(this.running(), (id) => this.api.cancel(id));
  }

  protected retry(): Promise<void> {
    return this.forEach(this.failed(), (id) => this.api.retry(id));
  }

  protected remove(): Promise<void> {
    this.askRemove.set(false);
    return this.forEach(this.ended(), (id) => this.api.remove(id));
  }

  private async forEach(
    exports: readonly ExportSummary[],
    work: (id: string) => Promise<unknown>,
  ): Promise<void> {
    this.isBusy.set(true);
    const results = await runEach(exports, ({ id }) => work(id));
    const refused = results.filter(({ error }) => error !== undefined);
    this.faults.set(
      refused.map(({ item, error }) => `${item.label ?? item.source}: ${explain(error).message}`),
    );
    this.isBusy.set(false);
    const worked = results.length - refused.length;
    if (worked > 0) this.notices.say($localize`:@@bulk.done:Done for ${worked}:count: exports`);
    this.done.emit(new Set(refused.map(({ item }) => item.id)));
  }
}
