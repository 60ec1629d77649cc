import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { type ExportRequest, type Field } from '@outhaul/api-client';
import { Icon } from '../ui/icon';
import { addOrder, type Order, orderPaths } from './order';

/** In which order the rows come: by columns, each up or down. */
@Component({
  selector: 'outhaul-order-form',
  imports: [Icon, MatButton, MatIconButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @for (each of order(); track $index) {
      <div class="row">
        <select
          aria-label="Order by"
          i18n-aria-label="@@order.column"
          (change)="replace($index, { column: $any($event.target).value })"
        >
          @for (path of pathsFor(each.column); track path) {
            <option [value]="path" [selected]="path === each.column">{{ path }}</option>
          }
        </select>
        <select
          aria-label="Direction"
          i18n-aria-label="@@order.direction"
          (change)="replace($index, { descending: $any($event.target).value === 'down' })"
        >
          <option value="up" [selected]="!each.descending" i18n="@@order.up">Smallest first</option>
          <option value="down" [selected]="each.descending" i18n="@@order.down">
            Largest first
          </option>
        </select>
        <button
          matIconButton
          type="button"
          aria-label="Do not order by this column"
          i18n-aria-label="@@order.remove"
          (click)="take($index)"
        >
          <outhaul-icon name="close" />
        </button>
      </div>
    }
    <button matButton type="button" [disabled]="next() === order()" (click)="set(next())">
      <outhaul-icon name="plus" />
      @if (order().length === 0) {
        <ng-container i18n="@@order.add">Order by a column</ng-container>
      } @else {
        <ng-container i18n="@@order.then">Then by another</ng-container>
      }
    </button>
  `,
  styleUrl: './small-fields.scss',
  styles: `
    :host {
      display: grid;
      gap: 8px;
      justify-items: start;
    }
    .row {
      display: grid;
      grid-template-columns: minmax(0, 1.4fr) minmax(0, 1fr) 40px;
      gap: 8px;
      align-items: center;
      width: 100%;
      max-width: 560px;
    }
  `,
})
export class OrderForm {
  readonly order = input.required<readonly Order[]>();
  readonly fields = input.required<readonly Field[]>();
  readonly orderChange = output<ExportRequest['orderBy']>();
  private readonly paths = computed(() => orderPaths(this.fields()));
  protected readonly next = computed(() => addOrder(this.order(), this.paths()));

  /** Its own column is there too, when the source has it no more. */
  protected pathsFor(column: string): readonly string[] {
    return this.paths().includes(column) ? this.paths() : [column, ...this.paths()];
  }

  protected replace(index: number, patch: Partial<Order>): void {
    this.set(
      this.order().map((each, at) => {
        const { column, descending } = { ...each, ...patch };
        return at !== index ? each : { column, ...(descending ? { descending } : {}) };
      }),
    );
  }

  protected take(index: number): void {
    this.set(this.order().filter((_, at) => at !== index));
  }

  protected set(order: readonly Order[]): void {
    this.orderChange.emit(order.length > 0 ? [...order] : undefined);
  }
}
