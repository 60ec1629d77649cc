import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { type TableSummary } from '@outhaul/api-client';
import { Icon } from '../ui/icon';
import { nameOfKind } from './name-of-kind';

/** One table in a list: its name, kind, and when it was made. */
@Component({
  selector: 'outhaul-table-row',
  imports: [Icon, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <a [routerLink]="['/catalog', table().ref.dataset, table().ref.table]">
      <outhaul-icon [name]="isView() ? 'view' : 'table'" />
      <span class="name">{{ table().ref.table }}</span>
      <span class="kind">{{ kind() }}</span>
      <span class="made">{{ made() }}</span>
    </a>
  `,
  styles: `
    a {
      display: grid;
      grid-template-columns: auto minmax(0, 1fr) 140px 110px;
      align-items: center;
      gap: 12px;
      height: 39px;
      padding: 0 16px;
      border-bottom: var(--outhaul-line);
      color: var(--mat-sys-on-surface);
      text-decoration: none;
    }
    a:hover {
      background: var(--mat-sys-surface-container-low);
    }
    a:focus-visible {
      outline-offset: -2px;
    }
    outhaul-icon {
      color: var(--mat-sys-primary);
    }
    .name {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .kind,
    .made {
      color: var(--mat-sys-on-surface-variant);
      font: var(--mat-sys-body-small);
    }
    @media (max-width: 720px) {
      a {
        grid-template-columns: auto minmax(0, 1fr) auto;
      }
      .made {
        display: none;
      }
    }
  `,
})
export class TableRow {
  readonly table = input.required<TableSummary>();
  protected readonly isView = computed(() => /view/.test(this.table().kind));
  protected readonly kind = computed(() =>
    this.table().partitioned
      ? $localize`:@@kind.partitioned:Partitioned table`
      : nameOfKind(this.table().kind),
  );
  protected readonly made = computed(() => {
    const { createdMs } = this.table();
    return createdMs === undefined
      ? ''
      : new Date(createdMs).toLocaleDateString(undefined, { dateStyle: 'medium' });
  });
}
