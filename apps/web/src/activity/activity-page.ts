import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  input,
  signal,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatProgressBar } from '@angular/material/progress-bar';
import { Router, RouterLink } from '@angular/router';
import { type ActivityEvent } from '@outhaul/api-client';
import { FaultNotice } from '../api/fault-notice';
import { type ActivityQuery, OuthaulApi } from '../api/outhaul-api';
import { showBytes, showCount, showTime } from '../format/figures';
import { EmptyState } from '../ui/empty-state';
import { Icon } from '../ui/icon';

const wantedRows = 100;

/** The audit trail: who did what, and what was refused. */
@Component({
  selector: 'outhaul-activity-page',
  imports: [EmptyState, FaultNotice, Icon, MatButton, MatProgressBar, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './activity-page.html',
  styleUrls: ['../compose/form-section.scss', './activity-page.scss'],
})
export class ActivityPage {
  readonly who = input<string>();
  readonly action = input<string>();
  readonly decision = input<string>();
  readonly export = input<string>();
  private readonly api = inject(OuthaulApi);
  private readonly router = inject(Router);
  protected readonly items = signal<readonly ActivityEvent[] | undefined>(undefined);
  protected readonly next = signal<string | undefined>(undefined);
  protected readonly isLoading = signal(false);
  protected readonly fault = signal<unknown>(undefined);
  private readonly query = computed<ActivityQuery>(() => ({
    who: this.who() || undefined,
    action: this.action() || undefined,
    decision:
      this.decision() === 'allow' || this.decision() === 'deny'
        ? (this.decision() as 'allow' | 'deny')
        : undefined,
    export: this.export() || undefined,
  }));
  protected readonly decisions = [
    { decision: undefined, name: $localize`:@@activity.all:All` },
    { decision: 'allow', name: $localize`:@@activity.allowed:Allowed` },
    { decision: 'deny', name: $localize`:@@activity.denied:Denied` },
  ];
  protected readonly showTime = showTime;

  constructor() {
    effect((onCleanup) => {
      const query = this.query();
      const abort = new AbortController();
      onCleanup(() => abort.abort());
      void this.read(query, undefined, abort.signal);
    });
  }

  protected more(): void {
    void this.read(this.query(), this.next(), new AbortController().signal);
  }

  protected refine(queryParams: Record<string, string | null>): void {
    void this.router.navigate([], {
      queryParams,
      queryParamsHandling: 'merge',
      replaceUrl: true,
    });
  }

  protected whatOf({ table, files, rows, bytes, masked, destination }: ActivityEvent): string {
    return [
      table,
      destination,
      files && $localize`:@@activity.files:files: ${files.join(', ')}:files:`,
      rows === undefined ? '' : $localize`:@@activity.rows:${showCount(rows)}:rows: rows`,
      bytes === undefined ? '' : showBytes(bytes),
      masked?.length ? $localize`:@@activity.masked:masked: ${masked.join(', ')}:columns:` : '',
    ]
      .filter(Boolean)
      .join(' · ');
  }

  /** A page may hold few events or none and be followed by another: reads on until there is something to show. */
  private async read(
    query: ActivityQuery,
    from: string | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    this.isLoading.set(true);
    this.fault.set(undefined);
    const found: ActivityEvent[] = from ? [...(this.items() ?? [])] : [];
    const wanted = found.length + wantedRows;
    let token = from;
    try {
      do {
        const page = await this.api.activity({ ...query, pageSize: 200, pageToken: token }, signal);
        if (signal.aborted) return;
        found.push(...page.items);
        token = page.nextPageToken;
      } while (token && found.length < wanted);
      this.items.set(found);
      this.next.set(token);
    } catch (error) {
      if (!signal.aborted) this.fault.set(error);
    } finally {
      if (!signal.aborted) this.isLoading.set(false);
    }
  }
}
