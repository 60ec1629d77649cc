import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { type Field } from '@outhaul/api-client';
import { flattenSchema } from '../table/flatten-schema';
import { Icon } from '../ui/icon';
import { findPath, type Predicate } from './draft';
import { comparisons, makePredicate, valueText } from './predicates';

/** One condition of the row filter. */
@Component({
  selector: 'outhaul-predicate-form',
  imports: [Icon, MatIconButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <select
      aria-label="Column"
      i18n-aria-label="@@predicate.column"
      (change)="change({ column: $any($event.target).value })"
    >
      @for (path of paths(); track path) {
        <option [value]="path" [selected]="path === predicate().column">{{ path }}</option>
      }
    </select>
    <select
      aria-label="Comparison"
      i18n-aria-label="@@predicate.is"
      (change)="change({ is: $any($event.target).value })"
    >
      @for (each of choices(); track each.is) {
        <option [value]="each.is" [selected]="each.is === predicate().is">{{ each.name }}</option>
      }
    </select>
    @if (takesValue()) {
      <input
        aria-label="Value"
        i18n-aria-label="@@predicate.value"
        [placeholder]="placeholder()"
        [value]="value()"
        (input)="change({ value: $any($event.target).value })"
      />
    } @else {
      <span></span>
    }
    <button
      matIconButton
      type="button"
      aria-label="Take this condition away"
      i18n-aria-label="@@predicate.remove"
      (click)="remove.emit()"
    >
      <outhaul-icon name="close" />
    </button>
  `,
  styleUrl: './small-fields.scss',
  styles: `
    :host {
      display: grid;
      grid-template-columns: minmax(0, 1.2fr) minmax(0, 1fr) minmax(0, 1.4fr) 40px;
      gap: 8px;
      align-items: center;
    }
    @media (max-width: 720px) {
      :host {
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr) 40px;
      }
      input {
        grid-column: 1 / 3;
        grid-row: 2;
      }
    }
  `,
})
export class PredicateForm {
  readonly predicate = input.required<Predicate>();
  readonly fields = input.required<readonly Field[]>();
  readonly predicateChange = output<Predicate>();
  readonly remove = output();
  protected readonly paths = computed(() =>
    flattenSchema(this.fields())
      .filter(({ field, path }) => field.type !== 'STRUCT' && !isWithinList(this.fields(), path))
      .map(({ path }) => path),
  );
  private readonly field = computed(() => findPath(this.fields(), this.predicate().column));
  protected readonly choices = computed(() => comparisons(this.field()));
  protected readonly takesValue = computed(() => !/null/.test(this.predicate().is));
  protected readonly value = computed(() => valueText(this.predicate()));
  protected readonly placeholder = computed(() => {
    const { is } = this.predicate();
    if (is === 'in' || is === 'not-in') return $localize`:@@predicate.list:one, two, three`;
    if (is === 'between') return $localize`:@@predicate.between:from .. to`;
    return (
      { DATE: '2026-01-31', TIMESTAMP: '2026-01-31 12:00:00', BOOL: 'true' }[
        this.field()?.type as 'DATE'
      ] ?? ''
    );
  });

  protected change(patch: { column?: string; is?: string; value?: string }): void {
    const { column, is } = this.predicate();
    this.predicateChange.emit(
      makePredicate(
        patch.column ?? column,
        (patch.is ?? is) as Predicate['is'],
        patch.value ?? this.value(),
        findPath(this.fields(), patch.column ?? column),
      ),
    );
  }
}

/** A value within a repeated column is not one value that can be compared. */
const isWithinList = (fields: readonly Field[], path: string): boolean =>
  path
    .split('.')
    .some(
      (_, index, parts) =>
        findPath(fields, parts.slice(0, index + 1).join('.'))?.mode === 'REPEATED',
    );
