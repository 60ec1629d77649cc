import {
  afterRenderEffect,
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  type ElementRef,
  inject,
  input,
  Renderer2,
  viewChild,
} from '@angular/core';
import { type Preview } from '@outhaul/api-client';
import { sameWindow, type Window, windowOf, windowOfEdges } from '../ui/window-of';
import { CellPool } from './cell-pool';
import { columnWidths, edgesOf } from './preview-cells';

const rowPx = 32;
const spareRows = 4;
const spareColumns = 1;
/** Scrolling has come to rest when nothing moved for so long. */
const restMs = 150;
const nothing: Window = { from: 0, to: 0 };

/**
 * Rows and columns of a preview, of which only those in sight are drawn. The cells are drawn without templates: to scroll
 * 100 columns by templates would be to check and write hundreds of bindings in each frame.
 */
@Component({
  selector: 'outhaul-preview-grid',
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './preview-grid.html',
  styleUrl: './preview-grid.scss',
})
export class PreviewGrid {
  readonly preview = input.required<Preview>();
  private readonly area = viewChild.required<ElementRef<HTMLElement>>('area');
  private readonly header = viewChild.required<ElementRef<HTMLElement>>('header');
  private readonly body = viewChild.required<ElementRef<HTMLElement>>('body');
  private readonly renderer = inject(Renderer2);
  protected readonly rowPx = rowPx;
  private readonly edges = computed(() => edgesOf(columnWidths(this.preview())));
  protected readonly totalPx = computed(() => this.edges().at(-1) ?? 0);
  private pool: CellPool | undefined;
  private rows = nothing;
  private columns = nothing;
  private size = { width: 0, height: 0 };
  private restTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    afterRenderEffect((onCleanup) => {
      const area = this.area().nativeElement;
      const onScroll = () => this.look(area);
      const observer = new ResizeObserver(() => {
        this.size = { width: area.clientWidth, height: area.clientHeight };
        this.look(area);
      });
      observer.observe(area);
      // Not a listener of the template: that would have Angular check the page with each step.
      area.addEventListener('scroll', onScroll, { passive: true });
      onCleanup(() => {
        observer.disconnect();
        area.removeEventListener('scroll', onScroll);
      });
    });
    afterRenderEffect(() => {
      this.pool = new CellPool(this.preview(), this.edges(), {
        header: this.header().nativeElement,
        body: this.body().nativeElement,
        rowPx,
        makeElement: () => this.renderer.createElement('div') as HTMLElement,
      });
      [this.rows, this.columns] = [nothing, nothing];
      const area = this.area().nativeElement;
      this.size = { width: area.clientWidth, height: area.clientHeight };
      this.look(area);
    });
    inject(DestroyRef).onDestroy(() => clearTimeout(this.restTimer));
  }

  private look({ scrollLeft, scrollTop }: HTMLElement): void {
    const { width, height } = this.size;
    const rows = windowOf(scrollTop, height, rowPx, this.preview().rows.length, spareRows);
    const columns = windowOfEdges(scrollLeft, width, this.edges(), spareColumns);
    if (!this.pool || (sameWindow(rows, this.rows) && sameWindow(columns, this.columns))) return;
    [this.rows, this.columns] = [rows, columns];
    this.pool.draw(rows, columns);
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => this.arrange(), restMs);
  }

  /** What somebody has just selected would be lost with its elements moved. */
  private arrange(): void {
    if (document.getSelection()?.isCollapsed !== false) this.pool?.arrange();
  }
}
