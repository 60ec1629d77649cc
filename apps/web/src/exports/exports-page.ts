import {
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  inject,
  input,
  linkedSignal,
  resource,
  signal,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatCheckbox } from '@angular/material/checkbox';
import { MatProgressBar } from '@angular/material/progress-bar';
import { Router, RouterLink } from '@angular/router';
import { type Export, type ExportSummary } from '@outhaul/api-client';
import { FaultNotice } from '../api/fault-notice';
import { OuthaulApi } from '../api/outhaul-api';
import { showAgo, showBytes, showCount, showTime } from '../format/figures';
import { Session } from '../session/session';
import { EmptyState } from '../ui/empty-state';
import { Icon } from '../ui/icon';
import { keepFresh } from '../ui/keep-fresh';
import { nameOfState, StateChip } from '../ui/state-chip';
import { BulkActions } from './bulk-actions';

const pageRows = 100;
const states: readonly Export['state'][] = [
  'running',
  'waiting',
  'succeeded',
  'failed',
  'cancelled',
];

/** The exports, newest first, with live states, filters and actions on many. */
@Component({
  selector: 'outhaul-exports-page',
  imports: [
    BulkActions,
    EmptyState,
    FaultNotice,
    Icon,
    MatButton,
    MatCheckbox,
    MatProgressBar,
    RouterLink,
    StateChip,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './exports-page.html',
  styleUrls: ['../compose/form-section.scss', './exports-page.scss'],
})
export class ExportsPage {
  readonly state = input<string>();
  readonly owner = input<string>();
  readonly q = input<string>();
  private readonly api = inject(OuthaulApi);
  private readonly router = inject(Router);
  protected readonly session = inject(Session);
  private readonly wanted = signal(pageRows);
  protected readonly search = linkedSignal(() => this.q() ?? '');
  protected readonly chosen = signal<ReadonlySet<string>>(new Set());
  private typingTimer: ReturnType<typeof setTimeout> | undefined;
  protected readonly answer = resource({
    params: () => ({
      state: states.find((state) => state === this.state()),
      owner: this.owner(),
      search: this.q() || undefined,
      pageSize: this.wanted(),
    }),
    loader: ({ params, abortSignal }) => this.api.exports(params, abortSignal),
  });
  /** What was shown last stays while a new answer is on its way. */
  private readonly last = linkedSignal<
    readonly ExportSummary[] | undefined,
    readonly ExportSummary[] | undefined
  >({
    source: () => (this.answer.hasValue() ? this.answer.value().items : undefined),
    computation: (now, before) => now ?? before?.value,
  });
  protected readonly items = computed(() => this.last());
  protected readonly hasMore = computed(
    () => this.answer.hasValue() && this.answer.value().nextPageToken !== undefined,
  );
  protected readonly filters = [
    { state: undefined, name: $localize`:@@exports.all:All` },
    ...states.map((state) => ({ state, name: nameOfState(state) })),
  ];
  protected readonly isFiltered = computed(() => Boolean(this.state() ?? this.q()));
  protected readonly picked = computed(() =>
    (this.items() ?? []).filter(({ id }) => this.chosen().has(id)),
  );
  protected readonly allPicked = computed(() => {
    const items = this.items() ?? [];
    return items.length > 0 && this.picked().length === items.length;
  });
  protected readonly nowMs = keepFresh(this.answer, () =>
    this.items()?.some(({ finishedAt }) => finishedAt === undefined) ? 'moving' : 'resting',
  );
  protected readonly showAgo = showAgo;
  protected readonly showBytes = showBytes;
  protected readonly showCount = showCount;
  protected readonly showTime = showTime;

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      clearTimeout(this.typingTimer);
    });
  }

  protected reload(): void {
    this.answer.reload();
  }

  protected type(text: string): void {
    this.search.set(text);
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => this.refine({ q: text.trim() || null }), 200);
  }

  protected refine(queryParams: Record<string, string | null>): void {
    void this.router.navigate([], {
      queryParams,
      queryParamsHandling: 'merge',
      replaceUrl: true,
    });
  }

  protected more(): void {
    this.wanted.update((count) => Math.min(count + pageRows, 1_000));
  }

  protected pick(id: string, isPicked: boolean): void {
    this.chosen.update((before) => {
      const next = new Set(before);
      if (isPicked) next.add(id);
      else next.delete(id);
      return next;
    });
  }

  protected pickAll(isPicked: boolean): void {
    this.chosen.set(new Set(isPicked ? (this.items() ?? []).map(({ id }) => id) : []));
  }

  protected pickLabel(each: ExportSummary): string {
    return $localize`:@@exports.pick:Choose ${each.label ?? each.source}:name:`;
  }
}
