import { NgTemplateOutlet } from '@angular/common';
import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  computed,
  contentChild,
  DestroyRef,
  ElementRef,
  inject,
  input,
  signal,
  TemplateRef,
} from '@angular/core';
import { sameWindow, windowOf } from './window-of';

const spareRows = 6;

/** A list of rows of equal height that draws only those in sight; arrow keys move between the rows’ links. */
@Component({
  selector: 'outhaul-virtual-list',
  imports: [NgTemplateOutlet],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: {
    '(scroll)': 'place()',
    '(keydown)': 'move($event)',
    tabindex: '-1',
  },
  template: `
    <ul
      [attr.aria-label]="label()"
      [style.height.px]="items().length * rowHeight()"
      [style.padding-top.px]="shown().from * rowHeight()"
    >
      @for (item of drawn(); track $index) {
        <li
          [style.height.px]="rowHeight()"
          [attr.aria-setsize]="items().length"
          [attr.aria-posinset]="shown().from + $index + 1"
          [attr.data-index]="shown().from + $index"
        >
          <ng-container *ngTemplateOutlet="row(); context: { $implicit: item }" />
        </li>
      }
    </ul>
  `,
  styles: `
    :host {
      display: block;
      overflow-y: auto;
      overscroll-behavior: contain;
      contain: strict;
      min-height: 160px;
      outline: none;
    }
    ul {
      list-style: none;
      margin: 0;
      padding: 0;
      box-sizing: border-box;
    }
    li {
      box-sizing: border-box;
    }
  `,
})
export class VirtualList<T> {
  readonly items = input.required<readonly T[]>();
  readonly rowHeight = input.required<number>();
  readonly label = input.required<string>();
  protected readonly row = contentChild.required(TemplateRef<{ $implicit: T }>);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly placeNow = signal({ top: 0, height: 800 });
  protected readonly shown = computed(
    () => {
      const { top, height } = this.placeNow();
      return windowOf(top, height, this.rowHeight(), this.items().length, spareRows);
    },
    { equal: sameWindow },
  );
  protected readonly drawn = computed(() => this.items().slice(this.shown().from, this.shown().to));

  constructor() {
    const destroyed = inject(DestroyRef);
    afterNextRender(() => {
      const observer = new ResizeObserver(() => this.place());
      observer.observe(this.host);
      destroyed.onDestroy(() => observer.disconnect());
    });
  }

  /** Puts the keyboard on the first row’s link. */
  focusFirst(): void {
    this.host.scrollTop = 0;
    this.focusRow(0);
  }

  protected place(): void {
    this.placeNow.set({ top: this.host.scrollTop, height: this.host.clientHeight });
  }

  protected move(event: KeyboardEvent): void {
    const current = (event.target as Element).closest('li')?.dataset['index'];
    if (current === undefined) return;
    const last = this.items().length - 1;
    const to = {
      ArrowDown: Number(current) + 1,
      ArrowUp: Number(current) - 1,
      Home: 0,
      End: last,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.focusRow(Math.max(0, Math.min(to, last)));
  }

  private focusRow(index: number): void {
    const top = index * this.rowHeight();
    const { scrollTop, clientHeight } = this.host;
    if (top < scrollTop) this.host.scrollTop = top;
    else if (top + this.rowHeight() > scrollTop + clientHeight)
      this.host.scrollTop = top + this.rowHeight() - clientHeight;
    this.place();
    const link = () => this.host.querySelector<HTMLElement>(`li[data-index="${index}"] a`);
    const drawn = link();
    if (drawn) drawn.focus();
    else requestAnimationFrame(() => link()?.focus());
  }
}
