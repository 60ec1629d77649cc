import {
  afterRenderEffect,
  ChangeDetectionStrategy,
  Component,
  computed,
  ElementRef,
  inject,
  input,
  linkedSignal,
} from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { type TableSummary } from '@outhaul/api-client';
import { FaultNotice } from '../api/fault-notice';
import { showCount } from '../format/figures';
import { EmptyState } from '../ui/empty-state';
import { Icon } from '../ui/icon';
import { VirtualList } from '../ui/virtual-list';
import { CatalogIndex } from './catalog-index';
import { matchNames } from './match-names';
import { TableRow } from './table-row';

/** Datasets, and the tables of the chosen one, found as one types. */
@Component({
  selector: 'outhaul-catalog-page',
  imports: [EmptyState, FaultNotice, Icon, RouterLink, TableRow, VirtualList],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './catalog-page.html',
  styleUrl: './catalog-page.scss',
})
export class CatalogPage {
  readonly dataset = input<string>();
  readonly q = input<string>();
  private readonly index = inject(CatalogIndex);
  private readonly router = inject(Router);
  protected readonly datasets = this.index.datasets();
  protected readonly shown = computed(() => this.dataset() ?? this.datasets().items[0]?.dataset);
  protected readonly search = linkedSignal(() => this.q() ?? '');
  protected readonly tables = computed(() => {
    const dataset = this.shown();
    return dataset === undefined ? undefined : this.index.tables(dataset)();
  });
  private readonly named = computed(() =>
    (this.tables()?.items ?? []).map((table) => ({ name: table.ref.table.toLowerCase(), table })),
  );
  protected readonly found = computed(() =>
    matchNames(this.named(), this.search()).map(({ table }) => table),
  );
  protected readonly count = computed(() => {
    const all = showCount(this.named().length);
    const some = showCount(this.found().length);
    if (this.tables()?.isComplete === false)
      return $localize`:@@catalog.reading:${all}:count: tables so far …`;
    return this.search().trim()
      ? $localize`:@@catalog.found:${some}:found: of ${all}:count: tables`
      : $localize`:@@catalog.count:${all}:count: tables`;
  });
  protected readonly description = computed(
    () => this.datasets().items.find(({ dataset }) => dataset === this.shown())?.description,
  );

  constructor() {
    const host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
    // On a phone the datasets are one line, and the chosen one may lie beside what is seen of it.
    afterRenderEffect(() => {
      if (this.datasets().items.length === 0 || this.shown() === undefined) return;
      host.querySelector('nav .here')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    });
  }

  protected onKey(event: KeyboardEvent, list: VirtualList<TableSummary> | undefined): void {
    const [first] = this.found();
    if (event.key === 'ArrowDown' && first) {
      event.preventDefault();
      list?.focusFirst();
    } else if (event.key === 'Enter' && first && this.search().trim()) {
      void this.router.navigate(['/catalog', first.ref.dataset, first.ref.table]);
    } else if (event.key === 'Escape') {
      this.search.set('');
    }
  }
}
