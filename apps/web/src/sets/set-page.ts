import {
  ChangeDetectionStrategy,
  Component,
  computed,
  inject,
  input,
  resource,
  signal,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatProgressBar } from '@angular/material/progress-bar';
import { RouterLink } from '@angular/router';
import { FaultNotice } from '../api/fault-notice';
import { OuthaulApi } from '../api/outhaul-api';
import { showBytes, showCount, showTime } from '../format/figures';
import { Session } from '../session/session';
import { CopyButton } from '../ui/copy-button';
import { Icon } from '../ui/icon';
import { type IconName } from '../ui/icon-paths';
import { keepFresh } from '../ui/keep-fresh';
import { StateChip } from '../ui/state-chip';
import { VirtualList } from '../ui/virtual-list';

const icons: Readonly<Record<string, IconName>> = {
  pending: 'circle',
  running: 'working',
  succeeded: 'done',
  failed: 'error',
  refused: 'error',
  cancelled: 'stop',
};

/** The progress board of a bulk export: every table with its state. */
@Component({
  selector: 'outhaul-set-page',
  imports: [
    CopyButton,
    FaultNotice,
    Icon,
    MatButton,
    MatProgressBar,
    RouterLink,
    StateChip,
    VirtualList,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './set-page.html',
  styleUrls: ['./table-rows.scss', './set-page.scss'],
})
export class SetPage {
  readonly id = input.required<string>();
  private readonly api = inject(OuthaulApi);
  protected readonly session = inject(Session);
  protected readonly answer = resource({
    params: this.id,
    loader: ({ params, abortSignal }) => this.api.set(params, abortSignal),
  });
  protected readonly it = computed(() =>
    this.answer.hasValue() ? this.answer.value() : undefined,
  );
  protected readonly fault = signal<unknown>(undefined);
  protected readonly name = computed(
    () => this.it()?.label ?? this.it()?.request.dataset ?? $localize`:@@set.tables:Tables`,
  );
  protected readonly mayChange = computed(
    () =>
      this.session.can('exports.create') &&
      (this.session.me()?.email === this.it()?.owner || this.session.can('exports.manageAll')),
  );
  protected readonly cliLines = computed(() =>
    (this.it()?.tables ?? [])
      .filter(({ state }) => state === 'succeeded')
      .map(({ exportId, table }) => `outhaul download ${exportId} ${table.dataset}.${table.table}`)
      .join('\n'),
  );
  protected readonly showBytes = showBytes;
  protected readonly showCount = showCount;
  protected readonly showTime = showTime;

  constructor() {
    keepFresh(this.answer, () => (this.it()?.outcome === undefined ? 'moving' : 'ended'));
  }

  protected iconOf(state: string): IconName {
    return icons[state] ?? 'circle';
  }

  protected nameOfMember(state: string): string {
    return (
      {
        pending: $localize`:@@set.pending:not begun`,
        running: $localize`:@@set.running:running`,
        succeeded: $localize`:@@set.succeeded:done`,
        failed: $localize`:@@set.failed:failed`,
        refused: $localize`:@@set.refused:refused`,
        cancelled: $localize`:@@set.cancelled:cancelled`,
      }[state] ?? state
    );
  }

  protected cancel(): Promise<void> {
    return this.act(() => this.api.cancelSet(this.id()));
  }

  protected retry(): Promise<void> {
    return this.act(() => this.api.retrySet(this.id()));
  }

  private async act(work: () => Promise<unknown>): Promise<void> {
    this.fault.set(undefined);
    try {
      await work();
      this.answer.reload();
    } catch (error) {
      this.fault.set(error);
    }
  }
}
