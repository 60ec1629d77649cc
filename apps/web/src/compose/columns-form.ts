import { CdkDrag, type CdkDragDrop, CdkDragHandle, CdkDropList } from '@angular/cdk/drag-drop';
import {
  ChangeDetectionStrategy,
  Component,
  computed,
  ElementRef,
  inject,
  input,
  output,
  signal,
} from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatCheckbox } from '@angular/material/checkbox';
import { typeName } from '../table/flatten-schema';
import { Icon } from '../ui/icon';
import { type ColumnDraft, takeApart } from './draft';
import { maskChoices, type MaskKind, maskOfKind } from './mask-choices';

/** Which columns, in which order, under which names, and what is hidden. */
@Component({
  selector: 'outhaul-columns-form',
  imports: [CdkDrag, CdkDragHandle, CdkDropList, Icon, MatButton, MatCheckbox, MatIconButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './columns-form.html',
  styleUrls: ['./form-section.scss', './columns-form.scss'],
})
export class ColumnsForm {
  readonly columns = input.required<readonly ColumnDraft[]>();
  readonly flatten = input.required<boolean>();
  readonly columnsChange = output<readonly ColumnDraft[]>();
  readonly flattenChange = output<boolean>();
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  protected readonly search = signal('');
  protected readonly typeName = typeName;
  protected readonly maskChoices = maskChoices;
  protected readonly shown = computed(() => {
    const search = this.search().trim().toLowerCase();
    return this.columns().filter(({ name }) => name.toLowerCase().includes(search));
  });
  protected readonly includedCount = computed(
    () => this.columns().filter(({ isIncluded }) => isIncluded).length,
  );
  protected readonly hasNested = computed(() =>
    this.columns().some(({ field }) => field.type === 'STRUCT' || field.mode === 'REPEATED'),
  );

  protected change(column: ColumnDraft, patch: Partial<ColumnDraft>): void {
    this.columnsChange.emit(
      this.columns().map((each) => (each === column ? { ...each, ...patch } : each)),
    );
  }

  protected setMask(column: ColumnDraft, kind: string): void {
    this.change(column, {
      mask: kind ? maskOfKind(kind as MaskKind) : undefined,
      isIncluded: true,
    });
  }

  protected setMaskValue(column: ColumnDraft, text: string): void {
    const { mask } = column;
    if (mask?.kind === 'constant') this.change(column, { mask: { ...mask, value: text } });
    else if (mask && 'count' in mask)
      this.change(column, { mask: { ...mask, count: Math.max(0, Math.round(Number(text)) || 0) } });
  }

  protected maskValue({ mask }: ColumnDraft): string | number | undefined {
    if (mask?.kind === 'constant') return mask.value;
    return mask && 'count' in mask ? mask.count : undefined;
  }

  protected setAll(isIncluded: boolean): void {
    const shown = new Set(this.shown());
    this.columnsChange.emit(
      this.columns().map((each) => (shown.has(each) ? { ...each, isIncluded } : each)),
    );
  }

  protected split(column: ColumnDraft): void {
    this.columnsChange.emit(takeApart(this.columns(), column));
  }

  protected drop({ previousIndex, currentIndex }: CdkDragDrop<unknown>): void {
    this.move(previousIndex, currentIndex);
  }

  /** Alt with an arrow moves a column by keyboard, and the focus with it. */
  protected onKey(event: KeyboardEvent, index: number): void {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const to = index + (step ?? 0);
    if (step === undefined || to < 0 || to >= this.columns().length) return;
    event.preventDefault();
    this.move(index, to);
    setTimeout(() => this.host.querySelectorAll<HTMLElement>('.handle')[to]?.focus());
  }

  private move(from: number, to: number): void {
    const columns = [...this.columns()];
    columns.splice(to, 0, ...columns.splice(from, 1));
    this.columnsChange.emit(columns);
  }

  protected handleLabel({ name }: ColumnDraft): string {
    return $localize`:@@columns.move:Move ${name}:name: (arrow keys)`;
  }

  protected includeLabel({ name }: ColumnDraft): string {
    return $localize`:@@columns.include:Export ${name}:name:`;
  }

  protected nameLabel({ name }: ColumnDraft): string {
    return $localize`:@@columns.as:Name of ${name}:name: in the files`;
  }

  protected maskLabel({ name }: ColumnDraft): string {
    return $localize`:@@columns.mask:Mask of ${name}:name:`;
  }

  protected valueLabel({ name }: ColumnDraft): string {
    return $localize`:@@columns.maskValue:Value of the mask of ${name}:name:`;
  }
}
