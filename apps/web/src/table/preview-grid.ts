import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  type ElementRef,
  inject,
  input,
  signal,
  viewChild,
} from '@angular/core';
import { type Preview } from '@outhaul/api-client';
import { sameWindow, windowOf, windowOfEdges } from '../ui/window-of';
import { cellText, columnWidths, edgesOf, isNumber } from './preview-cells';

const rowPx = 32;
const spareRows = 6;
const spareColumns = 2;

/** Rows and columns of a preview, of which only those in sight are drawn. */
@Component({
  selector: 'outhaul-preview-grid',
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './preview-grid.html',
  styleUrl: './preview-grid.scss',
})
export class PreviewGrid {
  readonly preview = input.required<Preview>();
  private readonly area = viewChild.required<ElementRef<HTMLElement>>('area');
  private readonly place = signal({ left: 0, top: 0, width: 1_200, height: 480 });
  protected readonly rowPx = rowPx;
  protected readonly widths = computed(() => columnWidths(this.preview()));
  private readonly edges = computed(() => edgesOf(this.widths()));
  protected readonly totalPx = computed(() => this.edges().at(-1) ?? 0);
  protected readonly shownRows = computed(
    () => {
      const { top, height } = this.place();
      return windowOf(top, height, rowPx, this.preview().rows.length, spareRows);
    },
    { equal: sameWindow },
  );
  private readonly shownColumns = computed(
    () => {
      const { left, width } = this.place();
      return windowOfEdges(left, width, this.edges(), spareColumns);
    },
    { equal: sameWindow },
  );
  protected readonly columns = computed(() => {
    const { from, to } = this.shownColumns();
    return this.preview()
      .fields.slice(from, to)
      .map((field, offset) => ({
        index: from + offset,
        field,
        isNumber: isNumber(field),
        left: this.edges()[from + offset] ?? 0,
        width: this.widths()[from + offset] ?? 0,
      }));
  });
  protected readonly rows = computed(() => {
    const { from, to } = this.shownRows();
    const columns = this.columns();
    return this.preview()
      .rows.slice(from, to)
      .map((row, offset) => ({
        index: from + offset,
        cells: columns.map(({ index }) => ({
          text: cellText(row[index]),
          isNull: row[index] === null,
        })),
      }));
  });

  constructor() {
    const destroyed = inject(DestroyRef);
    afterNextRender(() => {
      const observer = new ResizeObserver(() => this.look());
      observer.observe(this.area().nativeElement);
      destroyed.onDestroy(() => observer.disconnect());
    });
  }

  protected look(): void {
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = this.area().nativeElement;
    this.place.set({ left: scrollLeft, top: scrollTop, width: clientWidth, height: clientHeight });
  }
}
