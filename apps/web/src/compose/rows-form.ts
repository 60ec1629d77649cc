import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatFormField, MatHint, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { type ExportRequest, type Field } from '@outhaul/api-client';
import { Icon } from '../ui/icon';
import { type Filter, type Predicate } from './draft';
import { OrderForm } from './order-form';
import { PredicateForm } from './predicate-form';

type Mode = 'none' | 'all' | 'any' | 'expression';

/** Which rows: by conditions or an expression, a sample, an order, a limit. */
@Component({
  selector: 'outhaul-rows-form',
  imports: [Icon, MatButton, MatFormField, MatHint, MatInput, MatLabel, OrderForm, PredicateForm],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './rows-form.html',
  styleUrls: ['./form-section.scss', './rows-form.scss'],
})
export class RowsForm {
  readonly draft = input.required<ExportRequest>();
  readonly fields = input.required<readonly Field[]>();
  readonly draftChange = output<Partial<ExportRequest>>();
  protected readonly isTable = computed(() => this.draft().source.type === 'table');
  protected readonly mode = computed<Mode>(() => {
    const { filter } = this.draft();
    if (!filter) return 'none';
    return 'all' in filter ? 'all' : 'any' in filter ? 'any' : 'expression';
  });
  protected readonly modes: readonly { mode: Mode; name: string }[] = [
    { mode: 'none', name: $localize`:@@rows.every:Every row` },
    { mode: 'all', name: $localize`:@@rows.all:All conditions` },
    { mode: 'any', name: $localize`:@@rows.any:Any condition` },
    { mode: 'expression', name: $localize`:@@rows.expression:Expression` },
  ];
  protected readonly predicates = computed<readonly Predicate[]>(() => {
    const { filter } = this.draft();
    if (!filter || 'expression' in filter) return [];
    return 'all' in filter ? filter.all : filter.any;
  });
  protected readonly expression = computed(() => {
    const { filter } = this.draft();
    return filter && 'expression' in filter ? filter.expression : '';
  });

  protected setMode(mode: Mode): void {
    const kept = this.predicates().length > 0 ? [...this.predicates()] : [this.firstPredicate()];
    const filters: Record<Mode, Filter | undefined> = {
      none: undefined,
      all: { all: kept },
      any: { any: kept },
      expression: { expression: 'TRUE' },
    };
    this.draftChange.emit({ filter: filters[mode] });
  }

  protected setExpression(expression: string): void {
    this.draftChange.emit({ filter: expression.trim() ? { expression } : undefined });
  }

  protected add(): void {
    this.setPredicates([...this.predicates(), this.firstPredicate()]);
  }

  protected replace(index: number, predicate: Predicate): void {
    this.setPredicates(this.predicates().map((each, at) => (at === index ? predicate : each)));
  }

  protected take(index: number): void {
    this.setPredicates(this.predicates().filter((_, at) => at !== index));
  }

  protected setLimit(text: string): void {
    this.draftChange.emit({ limit: positive(text) });
  }

  protected setSample(text: string): void {
    const percent = Number(text);
    this.draftChange.emit({
      sample: percent > 0 && percent <= 100 && text.trim() ? { percent } : undefined,
    });
  }

  private setPredicates(predicates: readonly Predicate[]): void {
    if (predicates.length === 0) return this.draftChange.emit({ filter: undefined });
    this.draftChange.emit({
      filter: this.mode() === 'any' ? { any: [...predicates] } : { all: [...predicates] },
    });
  }

  private firstPredicate(): Predicate {
    const first = this.fields().find(({ type, mode }) => type !== 'STRUCT' && mode !== 'REPEATED');
    return { column: first?.name ?? '', is: 'not-null' };
  }
}

const positive = (text: string): number | undefined => {
  const number = Math.floor(Number(text));
  return number > 0 ? number : undefined;
};
