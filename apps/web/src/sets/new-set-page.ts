import {
  ChangeDetectionStrategy,
  Component,
  computed,
  inject,
  input,
  linkedSignal,
  resource,
  signal,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatCheckbox } from '@angular/material/checkbox';
import { MatFormField, MatHint, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatProgressBar } from '@angular/material/progress-bar';
import { Router } from '@angular/router';
import { type ExportSetRequest } from '@outhaul/api-client';
import { FaultNotice } from '../api/fault-notice';
import { OuthaulApi } from '../api/outhaul-api';
import { CatalogIndex } from '../catalog/catalog-index';
import { type Format, formatNames } from '../compose/formats';
import { showBytes, showCount, showMoney } from '../format/figures';
import { Icon } from '../ui/icon';
import { VirtualList } from '../ui/virtual-list';

/** Chooses many tables; shows what each would cost and which cannot be exported, before anything runs. */
@Component({
  selector: 'outhaul-new-set-page',
  imports: [
    FaultNotice,
    Icon,
    MatButton,
    MatCheckbox,
    MatFormField,
    MatHint,
    MatInput,
    MatLabel,
    MatProgressBar,
    VirtualList,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './new-set-page.html',
  styleUrls: ['../compose/form-section.scss', './table-rows.scss', './new-set-page.scss'],
})
export class NewSetPage {
  readonly dataset = input<string>();
  private readonly api = inject(OuthaulApi);
  private readonly router = inject(Router);
  private readonly index = inject(CatalogIndex);
  protected readonly datasets = this.index.datasets();
  protected readonly chosen = linkedSignal(
    () => this.dataset() ?? this.datasets().items[0]?.dataset ?? '',
  );
  protected readonly pattern = signal('');
  protected readonly exclude = signal('');
  protected readonly withViews = signal(false);
  protected readonly format = signal<Format>('parquet');
  protected readonly label = signal('');
  protected readonly formats = formatNames();
  protected readonly starting = signal(false);
  protected readonly fault = signal<unknown>(undefined);
  protected readonly request = computed<ExportSetRequest | undefined>(() => {
    if (!this.chosen()) return undefined;
    const exclude = this.exclude()
      .split(',')
      .map((each) => each.trim())
      .filter(Boolean);
    return {
      dataset: this.chosen(),
      ...(this.pattern().trim() ? { pattern: this.pattern().trim() } : {}),
      ...(exclude.length > 0 ? { exclude } : {}),
      ...(this.withViews()
        ? { kinds: ['table', 'snapshot', 'view', 'materialized-view'] as const satisfies string[] }
        : {}),
      ...(this.label().trim() ? { label: this.label().trim() } : {}),
      options: { format: this.format() },
    };
  });
  private readonly idempotencyKey = computed(() => {
    this.request();
    return crypto.randomUUID();
  });
  protected readonly plan = resource({
    params: this.request,
    loader: ({ params, abortSignal }) => this.api.planSet(params, abortSignal),
  });
  protected readonly planned = computed(() =>
    this.plan.hasValue() ? this.plan.value() : undefined,
  );
  protected readonly showBytes = showBytes;
  protected readonly showCount = showCount;
  protected readonly showMoney = showMoney;

  protected async start(): Promise<void> {
    const request = this.request();
    if (!request) return;
    this.starting.set(true);
    this.fault.set(undefined);
    try {
      const { id } = await this.api.startSet(request, this.idempotencyKey());
      await this.router.navigate(['/sets', id]);
    } catch (error) {
      this.fault.set(error);
    } finally {
      this.starting.set(false);
    }
  }
}
