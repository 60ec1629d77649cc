import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { type Export, type Step } from '@outhaul/api-client';
import { showBytes, showCount, showSpan } from '../format/figures';
import { Icon } from '../ui/icon';
import { type IconName } from '../ui/icon-paths';

const icons: Record<Step['state'], IconName> = {
  pending: 'circle',
  running: 'working',
  waiting: 'wait',
  done: 'done',
  failed: 'error',
};

/** The steps of an export, with what each has really done so far; nothing is estimated. */
@Component({
  selector: 'outhaul-step-timeline',
  imports: [Icon],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ol>
      @for (row of rows(); track row.kind) {
        <li [class]="row.state" [attr.aria-current]="row.state === 'running' ? 'step' : null">
          <outhaul-icon [name]="row.icon" />
          <div>
            <span class="name">{{ row.name }}</span>
            <span class="unseen">{{ row.stateName }}</span>
            @if (row.figures) {
              <span class="quiet">{{ row.figures }}</span>
            }
            @if (row.note) {
              <p class="quiet">{{ row.note }}</p>
            }
            @if (row.job) {
              <p class="job">
                <span class="quiet" i18n="@@step.job">Job</span>&ngsp;<code>{{ row.job }}</code>
              </p>
            }
          </div>
          <span class="span quiet">{{ row.span }}</span>
        </li>
      }
    </ol>
  `,
  styles: `
    ol {
      list-style: none;
      margin: 0;
      padding: 0;
    }
    li {
      position: relative;
      display: flex;
      gap: 12px;
      padding: 6px 0 14px;
    }
    li:not(:last-child)::before {
      content: '';
      position: absolute;
      left: 9px;
      top: 30px;
      bottom: -4px;
      border-left: 2px solid var(--mat-sys-outline-variant);
    }
    li.done:not(:last-child)::before {
      border-color: var(--outhaul-good);
    }
    div {
      flex: 1;
      min-width: 0;
    }
    p {
      margin: 2px 0 0;
    }
    .name {
      font: var(--mat-sys-title-small);
      margin-right: 8px;
    }
    .job {
      font: var(--mat-sys-body-small);
      overflow-wrap: anywhere;
    }
    .span {
      white-space: nowrap;
      font-variant-numeric: tabular-nums;
    }
    .pending {
      color: var(--mat-sys-on-surface-variant);
    }
    .done outhaul-icon {
      color: var(--outhaul-good);
    }
    .running outhaul-icon {
      color: var(--mat-sys-primary);
    }
    .waiting outhaul-icon {
      color: var(--outhaul-warn);
    }
    .failed outhaul-icon {
      color: var(--mat-sys-error);
    }
  `,
})
export class StepTimeline {
  readonly state = input.required<Export>();
  protected readonly rows = computed(() =>
    this.state().steps.map((step) => ({
      kind: step.kind,
      state: step.state,
      icon: icons[step.state],
      name: nameOfStep(step),
      stateName: nameOfStepState(step),
      figures: figuresOf(step),
      note: step.note,
      job: step.job?.id,
      span:
        step.startedAt && step.finishedAt
          ? showSpan(Date.parse(step.finishedAt) - Date.parse(step.startedAt))
          : '',
    })),
  );
}

function nameOfStep({ kind }: Step): string {
  return {
    extract: $localize`:@@step.extract:BigQuery extracts the table`,
    materialize: $localize`:@@step.materialize:BigQuery runs the query and writes its rows`,
    verify: $localize`:@@step.verify:Rows are counted against the source`,
    compose: $localize`:@@step.compose:Parts are joined to one file`,
    convert: $localize`:@@step.convert:Rows are written into workbooks`,
    seal: $localize`:@@step.seal:The manifest is written`,
  }[kind];
}

function nameOfStepState({ state }: Step): string {
  return {
    pending: $localize`:@@step.pending:not begun`,
    running: $localize`:@@step.running:running`,
    waiting: $localize`:@@step.waiting:waiting`,
    done: $localize`:@@step.done:done`,
    failed: $localize`:@@step.failed:failed`,
  }[state];
}

function figuresOf({ progress }: Step): string {
  const { rows, files, bytes } = progress ?? {};
  return [
    rows === undefined ? '' : $localize`:@@step.rows:${showCount(rows)}:rows: rows`,
    files === undefined ? '' : countFiles(files),
    bytes === undefined ? '' : showBytes(bytes),
  ]
    .filter(Boolean)
    .join(' · ');
}

const countFiles = (count: number): string =>
  count === 1
    ? $localize`:@@step.oneFile:1 file`
    : $localize`:@@step.files:${showCount(count)}:files: files`;
