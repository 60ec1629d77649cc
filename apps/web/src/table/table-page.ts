import {
  ChangeDetectionStrategy,
  Component,
  computed,
  inject,
  input,
  resource,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatProgressBar } from '@angular/material/progress-bar';
import { RouterLink } from '@angular/router';
import { FaultNotice } from '../api/fault-notice';
import { OuthaulApi } from '../api/outhaul-api';
import { nameOfKind } from '../catalog/name-of-kind';
import { showAgo, showBytes, showCount, showTime } from '../format/figures';
import { Session } from '../session/session';
import { CopyButton } from '../ui/copy-button';
import { EmptyState } from '../ui/empty-state';
import { Icon } from '../ui/icon';
import { PartitionList } from './partition-list';
import { PreviewGrid } from './preview-grid';
import { SchemaTree } from './schema-tree';

const previewRows = 100;
const tabs = ['preview', 'schema', 'partitions', 'details'] as const;
type Tab = (typeof tabs)[number];

/** One table: its figures, first rows, schema and partitions, and the way to its files. */
@Component({
  selector: 'outhaul-table-page',
  imports: [
    CopyButton,
    EmptyState,
    FaultNotice,
    Icon,
    MatButton,
    MatProgressBar,
    PartitionList,
    PreviewGrid,
    RouterLink,
    SchemaTree,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './table-page.html',
  styleUrl: './table-page.scss',
})
export class TablePage {
  readonly dataset = input.required<string>();
  readonly table = input.required<string>();
  readonly tab = input<string>();
  private readonly api = inject(OuthaulApi);
  protected readonly session = inject(Session);
  private readonly place = computed(() => ({ dataset: this.dataset(), table: this.table() }), {
    equal: (a, b) => a.dataset === b.dataset && a.table === b.table,
  });
  protected readonly found = resource({
    params: this.place,
    loader: ({ params, abortSignal }) => this.api.table(params, abortSignal),
  });
  protected readonly preview = resource({
    params: this.place,
    loader: ({ params, abortSignal }) => this.api.preview(params, previewRows, abortSignal),
  });
  protected readonly it = computed(() => (this.found.hasValue() ? this.found.value() : undefined));
  protected readonly rows = computed(() =>
    this.preview.hasValue() ? this.preview.value() : undefined,
  );
  protected readonly fullName = computed(() => {
    const ref = this.it()?.ref;
    return ref ? `${ref.project}.${ref.dataset}.${ref.table}` : '';
  });
  protected readonly tabs = computed(() =>
    tabs
      .filter((tab) => tab !== 'partitions' || this.it()?.partitioning !== undefined)
      .map((tab) => ({ tab, name: this.nameOf(tab) })),
  );
  protected readonly open = computed<Tab>(
    () => this.tabs().find(({ tab }) => tab === this.tab())?.tab ?? 'preview',
  );
  protected readonly kind = computed(() => {
    const it = this.it();
    return it ? nameOfKind(it.kind) : '';
  });
  protected readonly labels = computed(() => Object.entries(this.it()?.labels ?? {}));
  protected readonly nowMs = Date.now();
  protected readonly showAgo = showAgo;
  protected readonly showBytes = showBytes;
  protected readonly showCount = showCount;
  protected readonly showTime = showTime;

  private nameOf(tab: Tab): string {
    return {
      preview: $localize`:@@table.preview:Preview`,
      schema: $localize`:@@table.schema:Schema`,
      partitions: $localize`:@@table.partitions:Partitions`,
      details: $localize`:@@table.details:Details`,
    }[tab];
  }
}
