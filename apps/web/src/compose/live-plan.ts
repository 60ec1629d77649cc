import { DestroyRef, effect, inject, Injectable, type Signal, signal } from '@angular/core';
import { type ExportRequest, type Plan } from '@outhaul/api-client';
import { OuthaulApi } from '../api/outhaul-api';

const debounceMs = 300;

export interface PlanState {
  /** Of the newest request that could be planned; stays while another is being planned. */
  readonly plan?: Plan;
  readonly error?: unknown;
  readonly isLoading: boolean;
}

/** The plan of what is being composed, made anew shortly after each change; older answers are dropped. */
@Injectable()
export class LivePlan {
  private readonly api = inject(OuthaulApi);
  private readonly current = signal<PlanState>({ isLoading: false });
  readonly state = this.current.asReadonly();
  private abort = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    inject(DestroyRef).onDestroy(() => this.drop());
  }

  /** Plans each request of the signal; undefined = there is nothing to plan yet. */
  follow(request: Signal<ExportRequest | undefined>): void {
    let isFirst = true;
    effect(() => {
      const wanted = request();
      this.drop();
      if (!wanted) return this.current.set({ isLoading: false });
      this.current.update(({ plan, error }) => ({ plan, error, isLoading: true }));
      this.timer = setTimeout(() => void this.make(wanted), isFirst ? 0 : debounceMs);
      isFirst = false;
    });
  }

  private drop(): void {
    clearTimeout(this.timer);
    this.abort.abort();
  }

  private async make(request: ExportRequest): Promise<void> {
    this.abort = new AbortController();
    const { signal: aborted } = this.abort;
    try {
      const plan = await this.api.plan(request, aborted);
      if (!aborted.aborted) this.current.set({ plan, isLoading: false });
    } catch (error) {
      if (!aborted.aborted) this.current.set({ error, isLoading: false });
    }
  }
}
