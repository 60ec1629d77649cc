import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  input,
  linkedSignal,
  resource,
  signal,
  untracked,
} from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { MatButton } from '@angular/material/button';
import { type ExportRequest } from '@outhaul/api-client';
import { FaultNotice } from '../api/fault-notice';
import { OuthaulApi } from '../api/outhaul-api';
import { Session } from '../session/session';
import { CopyButton } from '../ui/copy-button';
import { EmptyState } from '../ui/empty-state';
import { ColumnsForm } from './columns-form';
import { type ColumnDraft, draftColumns, hasSameColumns, requestedColumns, tidy } from './draft';
import { FilesForm } from './files-form';
import { decodeDraft, encodeDraft, forgetDraft, keepDraft, keptDraft } from './kept-draft';
import { LivePlan } from './live-plan';
import { PlanPanel } from './plan-panel';
import { RowsForm } from './rows-form';
import { SameAs } from './same-as-lines';
import { SourceForm } from './source-form';

/** Composes an export; beside it, at all times, what it would do and cost. */
@Component({
  selector: 'outhaul-compose-page',
  imports: [
    ColumnsForm,
    CopyButton,
    EmptyState,
    FaultNotice,
    FilesForm,
    MatButton,
    PlanPanel,
    RouterLink,
    RowsForm,
    SameAs,
    SourceForm,
  ],
  providers: [LivePlan],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '(keydown)': 'onKey($event)' },
  templateUrl: './compose-page.html',
  styleUrl: './compose-page.scss',
})
export class ComposePage {
  /** `dataset.table` to begin with. */
  readonly table = input<string>();
  readonly partition = input<string>();
  /** A whole request in the address. */
  readonly r = input<string>();
  private readonly api = inject(OuthaulApi);
  private readonly router = inject(Router);
  protected readonly session = inject(Session);
  protected readonly live = inject(LivePlan);
  protected readonly starting = signal(false);
  protected readonly fault = signal<unknown>(undefined);
  /** Everything but the columns, which are drafted against the table’s schema. */
  protected readonly draft = linkedSignal<ExportRequest>(() => this.first());
  private readonly source = computed(() => this.draft().source);
  private readonly place = computed(
    () => {
      const source = this.source();
      return source.type === 'table' && source.dataset && source.table
        ? { dataset: source.dataset, table: source.table }
        : undefined;
    },
    { equal: (a, b) => a?.dataset === b?.dataset && a?.table === b?.table },
  );
  protected readonly found = resource({
    params: this.place,
    loader: ({ params, abortSignal }) => this.api.table(params, abortSignal),
  });
  protected readonly it = computed(() => (this.found.hasValue() ? this.found.value() : undefined));
  protected readonly fields = computed(() =>
    this.source().type === 'table'
      ? (this.it()?.fields ?? [])
      : (this.live.state().plan?.fields ?? []),
  );
  protected readonly columns = linkedSignal<readonly ColumnDraft[]>(() =>
    draftColumns(
      this.it()?.fields ?? [],
      untracked(() => this.draft().columns),
    ),
  );
  protected readonly request = computed<ExportRequest | undefined>(() => {
    const draft = this.draft();
    if (draft.source.type === 'query')
      return draft.source.sql.trim() ? tidy({ ...draft, columns: undefined }) : undefined;
    const table = this.it();
    if (!table) return undefined;
    return tidy({ ...draft, columns: requestedColumns(this.columns(), table.fields) });
  });
  protected readonly hasNoColumn = computed(() => this.request()?.columns?.length === 0);
  protected readonly canStart = computed(() => {
    const { plan, error, isLoading } = this.live.state();
    return plan !== undefined && error === undefined && !isLoading && !this.starting();
  });
  /** A second press of the button asks for the same export, not for another. */
  private readonly idempotencyKey = computed(() => {
    this.request();
    return crypto.randomUUID();
  });

  constructor() {
    this.live.follow(computed(() => (this.hasNoColumn() ? undefined : this.request())));
    effect(() => {
      const request = this.request();
      if (request) keepDraft(request);
    });
  }

  private first(): ExportRequest {
    const linked = this.r();
    const fromLink = linked ? decodeDraft(linked) : undefined;
    if (fromLink) return fromLink;
    const [dataset, ...rest] = this.table()?.split('.') ?? [];
    const kept = keptDraft();
    if (!dataset || rest.length === 0)
      return kept ?? { source: { type: 'table', dataset: '', table: '' }, format: 'parquet' };
    const source = {
      type: 'table' as const,
      dataset,
      table: rest.join('.'),
      ...(this.partition() ? { partition: this.partition() } : {}),
    };
    const isSame =
      kept?.source.type === 'table' &&
      kept.source.dataset === source.dataset &&
      kept.source.table === source.table &&
      this.partition() === undefined;
    return isSame ? kept : { source, format: 'parquet' };
  }

  /** Conditions and an order name the columns of their source: they do not outlive it. */
  protected setSource(source: ExportRequest['source']): void {
    const isKept = hasSameColumns(source, this.source());
    this.change(isKept ? { source } : { source, filter: undefined, orderBy: undefined });
  }

  protected change(patch: Partial<ExportRequest>): void {
    this.draft.update((draft) => ({ ...draft, ...patch }));
  }

  protected shareLink(request: ExportRequest): string {
    return `${location.origin}/compose?r=${encodeDraft(request)}`;
  }

  protected onKey(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (this.canStart()) void this.start();
  }

  protected startAnew(): void {
    forgetDraft();
    this.columns.set(draftColumns(this.it()?.fields ?? [], undefined));
    this.draft.update(({ source }) => ({
      source:
        source.type === 'table'
          ? { type: 'table', dataset: source.dataset, table: source.table }
          : source,
      format: 'parquet',
    }));
  }

  protected async start(): Promise<void> {
    const request = this.request();
    if (!request) return;
    this.starting.set(true);
    this.fault.set(undefined);
    try {
      const { id } = await this.api.start(request, this.idempotencyKey());
      forgetDraft();
      await this.router.navigate(['/exports', id]);
    } catch (error) {
      this.fault.set(error);
    } finally {
      this.starting.set(false);
    }
  }
}
