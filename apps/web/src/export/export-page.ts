import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  input,
  resource,
  signal,
} from '@angular/core';
import { Title } from '@angular/platform-browser';
import { MatButton } from '@angular/material/button';
import { MatProgressBar } from '@angular/material/progress-bar';
import { Router, RouterLink } from '@angular/router';
import { type Export } from '@outhaul/api-client';
import { adviceOn } from '../api/advice';
import { FaultNotice } from '../api/fault-notice';
import { OuthaulApi } from '../api/outhaul-api';
import { keepDraft } from '../compose/kept-draft';
import { showBytes, showCount, showMoney, showSpan, showTime } from '../format/figures';
import { Session } from '../session/session';
import { CopyButton } from '../ui/copy-button';
import { Icon } from '../ui/icon';
import { Modal } from '../ui/modal';
import { Notices } from '../ui/notices';
import { nameOfState, StateChip } from '../ui/state-chip';
import { FileList } from './file-list';
import { Lineage } from './lineage';
import { StepTimeline } from './step-timeline';

/** One export: its steps as they happen, its result, its files, and where they come from. */
@Component({
  selector: 'outhaul-export-page',
  imports: [
    CopyButton,
    FaultNotice,
    FileList,
    Icon,
    Lineage,
    MatButton,
    MatProgressBar,
    Modal,
    RouterLink,
    StateChip,
    StepTimeline,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './export-page.html',
  styleUrl: './export-page.scss',
})
export class ExportPage {
  readonly id = input.required<string>();
  private readonly api = inject(OuthaulApi);
  private readonly router = inject(Router);
  private readonly notices = inject(Notices);
  private readonly title = inject(Title);
  protected readonly session = inject(Session);
  protected readonly it = signal<Export | undefined>(undefined);
  protected readonly fault = signal<unknown>(undefined);
  /** How many times in a row the lost stream was tried anew. */
  protected readonly lostFor = signal(0);
  protected readonly isBusy = signal(false);
  protected readonly askRemove = signal(false);
  private readonly watches = signal(0);
  protected readonly link = computed(() => `${location.origin}/exports/${this.id()}`);
  protected readonly name = computed(() => {
    const { label, request } = this.it() ?? {};
    if (label) return label;
    const source = request?.source;
    return source?.type === 'table'
      ? `${source.dataset}.${source.table}`
      : $localize`:@@export.query:Query`;
  });
  protected readonly success = computed(() => {
    const outcome = this.it()?.outcome;
    return outcome?.state === 'succeeded' ? outcome : undefined;
  });
  protected readonly failure = computed(() => {
    const outcome = this.it()?.outcome;
    return outcome?.state === 'failed' ? outcome.error : undefined;
  });
  protected readonly advice = computed(() => {
    const failure = this.failure();
    return failure && adviceOn(failure.code);
  });
  protected readonly isOwn = computed(() => {
    const me = this.session.me();
    return me?.email === this.it()?.owner || this.session.can('exports.manageAll');
  });
  protected readonly mayChange = computed(() => this.isOwn() && this.session.can('exports.create'));
  protected readonly duration = computed(() => {
    const it = this.it();
    return it?.outcome ? showSpan(Date.parse(it.outcome.at) - Date.parse(it.createdAt)) : '';
  });
  private readonly downloadableId = computed(() =>
    this.success() && this.session.can('exports.download') ? this.id() : undefined,
  );
  protected readonly files = resource({
    params: this.downloadableId,
    loader: ({ params }) => this.api.downloads(params),
  });
  protected readonly manifest = resource({
    params: () => (this.success() ? this.id() : undefined),
    loader: ({ params }) => this.api.manifest(params),
  });
  protected readonly verified = computed(() =>
    this.manifest.hasValue() ? this.manifest.value().verified : undefined,
  );
  protected readonly announcement = computed(() => {
    const it = this.it();
    if (!it) return '';
    const state = nameOfState(it.state);
    const done = it.steps.filter((step) => step.state === 'done').length;
    return $localize`:@@export.announce:${state}:state:, ${done}:done: of ${it.steps.length}:all: steps done`;
  });
  protected readonly showBytes = showBytes;
  protected readonly showCount = showCount;
  protected readonly showMoney = showMoney;
  protected readonly showTime = showTime;

  constructor() {
    effect((onCleanup) => {
      this.watches();
      const abort = new AbortController();
      onCleanup(() => abort.abort());
      void this.follow(this.id(), abort.signal);
    });
    effect(() => {
      const it = this.it();
      if (it) this.title.setTitle(`${nameOfState(it.state)} · ${this.name()} – Outhaul`);
    });
  }

  private async follow(id: string, signal: AbortSignal): Promise<void> {
    try {
      for await (const state of this.api.watch(id, signal, (attempt) =>
        this.lostFor.set(attempt),
      )) {
        if (signal.aborted) return;
        this.lostFor.set(0);
        this.it.set(state);
      }
    } catch (error) {
      if (!signal.aborted) this.fault.set(error);
    }
  }

  protected cancel(): Promise<void> {
    return this.act(async () => this.it.set(await this.api.cancel(this.id())));
  }

  protected retry(): Promise<void> {
    return this.act(async () => {
      this.it.set(await this.api.retry(this.id()));
      this.watches.update((count) => count + 1);
    });
  }

  protected remove(): Promise<void> {
    this.askRemove.set(false);
    return this.act(async () => {
      await this.api.remove(this.id());
      this.notices.say($localize`:@@export.removed:The export and its files are removed`);
      await this.router.navigate(['/exports']);
    });
  }

  /** Opens the composer with the same request. */
  protected again(): void {
    const it = this.it();
    if (!it) return;
    keepDraft(it.request);
    void this.router.navigate(['/compose']);
  }

  private async act(work: () => Promise<void>): Promise<void> {
    this.isBusy.set(true);
    this.fault.set(undefined);
    try {
      await work();
    } catch (error) {
      this.fault.set(error);
    } finally {
      this.isBusy.set(false);
    }
  }
}
