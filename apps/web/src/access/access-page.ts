import {
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  inject,
  input,
  linkedSignal,
  resource,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatProgressBar } from '@angular/material/progress-bar';
import { Router } from '@angular/router';
import { FaultNotice } from '../api/fault-notice';
import { OuthaulApi } from '../api/outhaul-api';
import { showCount } from '../format/figures';
import { EmptyState } from '../ui/empty-state';
import { Icon } from '../ui/icon';
import { mediaSignal } from '../ui/media-signal';
import { VirtualList } from '../ui/virtual-list';
import { GrantRow } from './grant-row';
import { findGrants, nameOfResource, showGrants } from './shown-grants';

const restMs = 300;

/** Who may export what, when each last did, and the command that takes it away. */
@Component({
  selector: 'outhaul-access-page',
  imports: [EmptyState, FaultNotice, GrantRow, Icon, MatButton, MatProgressBar, VirtualList],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './access-page.html',
  styleUrls: ['../compose/form-section.scss', './access-page.scss'],
})
export class AccessPage {
  readonly q = input<string>();
  readonly unused = input<string>();
  private readonly api = inject(OuthaulApi);
  private readonly router = inject(Router);
  private addressTimer: ReturnType<typeof setTimeout> | undefined;
  protected readonly search = linkedSignal(() => this.q() ?? '');
  /** On a phone the parts of a grant stand below each other. */
  protected readonly isNarrow = mediaSignal('(max-width: 600px)');
  protected readonly onlyUnused = computed(() => this.unused() !== undefined);
  protected readonly answer = resource({
    loader: async ({ abortSignal }) => ({
      review: await this.api.access(abortSignal),
      readAtMs: Date.now(),
    }),
  });
  private readonly read = computed(() =>
    this.answer.hasValue() ? this.answer.value() : undefined,
  );
  protected readonly review = computed(() => this.read()?.review);
  protected readonly nowMs = computed(() => this.read()?.readAtMs ?? 0);
  private readonly rows = computed(() => showGrants(this.review()?.grants ?? []));
  private readonly wanted = computed(() =>
    this.onlyUnused() ? this.rows().filter(({ grant }) => grant.unused) : this.rows(),
  );
  protected readonly found = computed(() => findGrants(this.wanted(), this.search()));
  protected readonly unread = computed(() =>
    (this.review()?.unread ?? []).map(nameOfResource).join(', '),
  );
  protected readonly count = computed(() => {
    if (!this.review()) return '';
    const all = showCount(this.rows().length);
    const some = showCount(this.found().length);
    return some === all
      ? $localize`:@@access.count:${all}:count: grants`
      : $localize`:@@access.found:${some}:found: of ${all}:count: grants`;
  });

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.addressTimer));
  }

  /** Found at once; the address follows when the typing rests. */
  protected type(text: string): void {
    this.search.set(text);
    clearTimeout(this.addressTimer);
    this.addressTimer = setTimeout(() => this.refine({ q: text.trim() || null }), restMs);
  }

  protected refine(queryParams: Record<string, string | null>): void {
    void this.router.navigate([], {
      queryParams,
      queryParamsHandling: 'merge',
      replaceUrl: true,
    });
  }
}
