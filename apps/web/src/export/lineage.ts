import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { type Export } from '@outhaul/api-client';
import { showTime } from '../format/figures';
import { CopyButton } from '../ui/copy-button';

/** From which rows of which table, by which engine, into which bucket. */
@Component({
  selector: 'outhaul-lineage',
  imports: [CopyButton, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <dl>
      @if (plan().source.table; as ref) {
        <dt i18n="@@lineage.table">Table</dt>
        <dd>
          <a [routerLink]="['/catalog', ref.dataset, ref.table]"
            >{{ ref.project }}.{{ ref.dataset }}.{{ ref.table }}</a
          >
        </dd>
      }
      @if (plan().source.partition; as partition) {
        <dt i18n="@@lineage.partition">Partition</dt>
        <dd>{{ partition }}</dd>
      }
      <dt i18n="@@lineage.asOf">Rows as of</dt>
      @if (plan().source.pinned) {
        <dd>{{ showTime(plan().source.asOf) }}</dd>
      } @else {
        <dd i18n="@@lineage.unpinned">when the export ran</dd>
      }
      <dt i18n="@@lineage.engine">Engine</dt>
      <dd>{{ plan().engine.reason }}</dd>
      @if (plan().maskedColumns.length > 0) {
        <dt i18n="@@lineage.masked">Masked</dt>
        <dd>{{ plan().maskedColumns.join(', ') }}</dd>
      }
      @if (plan().source.staged ?? plan().source.sql; as sql) {
        <dt i18n="@@lineage.sql">SQL</dt>
        <dd class="sql">
          <pre tabindex="0">{{ sql }}</pre>
          <outhaul-copy-button [text]="sql" label="Copy the SQL" i18n-label="@@lineage.copySql" />
        </dd>
      }
      <dt i18n="@@lineage.files">Files</dt>
      <dd>
        <code>{{ place() }}</code>
      </dd>
      <dt i18n="@@lineage.id">Export</dt>
      <dd>
        <code>{{ state().id }}</code>
        @if (state().attempt > 1) {
          <span class="quiet" i18n="@@lineage.attempt"> try {{ state().attempt }}</span>
        }
      </dd>
    </dl>
  `,
  styles: `
    dl {
      display: grid;
      grid-template-columns: minmax(80px, auto) minmax(0, 1fr);
      gap: 10px 20px;
      margin: 0;
    }
    dt {
      color: var(--mat-sys-on-surface-variant);
    }
    dd {
      margin: 0;
      overflow-wrap: anywhere;
    }
    .sql {
      display: flex;
      align-items: start;
    }
    pre {
      flex: 1;
      max-height: 160px;
      overflow: auto;
      padding: 8px 12px;
      border-radius: 8px;
      background: var(--mat-sys-surface-container);
    }
  `,
})
export class Lineage {
  readonly state = input.required<Export>();
  protected readonly plan = computed(() => this.state().plan);
  protected readonly place = computed(() => {
    const { bucket, prefix } = this.plan().files;
    return `gs://${bucket}/${prefix}`;
  });
  protected readonly showTime = showTime;
}
