import {
  ChangeDetectionStrategy,
  Component,
  computed,
  inject,
  input,
  resource,
} from '@angular/core';
import { MatProgressBar } from '@angular/material/progress-bar';
import { RouterLink } from '@angular/router';
import { FaultNotice } from '../api/fault-notice';
import { OuthaulApi } from '../api/outhaul-api';
import { showAgo, showBytes, showCount, showTime } from '../format/figures';
import { Session } from '../session/session';
import { VirtualList } from '../ui/virtual-list';

/** The partitions of a table, newest first, each with the way to its files. */
@Component({
  selector: 'outhaul-partition-list',
  imports: [FaultNotice, MatProgressBar, RouterLink, VirtualList],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (partitions.error(); as error) {
      <outhaul-fault-notice [error]="error" />
    } @else if (partitions.hasValue()) {
      <p class="quiet">{{ summary() }}</p>
      <div class="list">
        <div class="row heads" aria-hidden="true">
          <span i18n="@@partitions.id">Partition</span>
          <span class="number" i18n="@@partitions.rows">Rows</span>
          <span class="number" i18n="@@partitions.size">Size</span>
          <span class="changed" i18n="@@partitions.changed">Changed</span>
          <span></span>
        </div>
        <outhaul-virtual-list
          [items]="items()"
          [rowHeight]="36"
          [style.height.px]="listPx()"
          label="Partitions"
          i18n-label="@@partitions.label"
        >
          <ng-template let-each>
            <div class="row">
              <span>{{ each.id }}</span>
              <span class="number">{{ showCount(each.rowCount) }}</span>
              <span class="number">{{ showBytes(each.sizeBytes) }}</span>
              <span class="changed" [title]="showTime(each.modifiedMs)">{{
                showAgo(each.modifiedMs, nowMs)
              }}</span>
              @if (session.can('exports.create')) {
                <a
                  routerLink="/compose"
                  [queryParams]="{ table: dataset() + '.' + table(), partition: each.id }"
                  [attr.aria-label]="exportLabel(each.id)"
                  i18n="@@partitions.export"
                  >Export</a
                >
              }
            </div>
          </ng-template>
        </outhaul-virtual-list>
      </div>
    } @else {
      <mat-progress-bar
        mode="indeterminate"
        aria-label="Loading the partitions"
        i18n-aria-label="@@partitions.loading"
      />
    }
  `,
  styles: `
    .list {
      border: var(--outhaul-line);
      border-radius: var(--outhaul-radius);
      overflow: hidden;
      background: var(--mat-sys-surface-container-lowest);
    }
    .row {
      display: grid;
      grid-template-columns: minmax(100px, 1.5fr) 1fr 1fr 1fr 70px;
      gap: 16px;
      align-items: center;
      height: 35px;
      padding: 0 16px;
      border-bottom: var(--outhaul-line);
      font-variant-numeric: tabular-nums;
    }
    .heads {
      font: var(--mat-sys-label-large);
      color: var(--mat-sys-on-surface-variant);
      background: var(--mat-sys-surface-container-low);
    }
    .changed {
      text-align: right;
    }
    a {
      text-align: right;
    }
    @media (max-width: 720px) {
      .changed {
        display: none;
      }
      .row {
        grid-template-columns: minmax(90px, 1.5fr) 1fr 1fr 60px;
        gap: 8px;
      }
    }
  `,
})
export class PartitionList {
  readonly dataset = input.required<string>();
  readonly table = input.required<string>();
  private readonly api = inject(OuthaulApi);
  protected readonly session = inject(Session);
  protected readonly partitions = resource({
    params: () => ({ dataset: this.dataset(), table: this.table() }),
    loader: ({ params, abortSignal }) => this.api.partitions(params, abortSignal),
  });
  protected readonly items = computed(() =>
    this.partitions.hasValue() ? this.partitions.value().items : [],
  );
  protected readonly summary = computed(() => {
    const [newest] = this.items();
    const count = showCount(this.items().length);
    return newest
      ? $localize`:@@partitions.summary:${count}:count: partitions; the newest is ${newest.id}:newest:.`
      : $localize`:@@partitions.none:There are no partitions yet.`;
  });
  protected readonly listPx = computed(() => Math.max(180, Math.min(this.items().length, 14) * 36));
  protected readonly nowMs = Date.now();
  protected readonly showAgo = showAgo;
  protected readonly showBytes = showBytes;
  protected readonly showCount = showCount;
  protected readonly showTime = showTime;

  protected exportLabel(id: string): string {
    return $localize`:@@partitions.exportLabel:Export partition ${id}:id:`;
  }
}
