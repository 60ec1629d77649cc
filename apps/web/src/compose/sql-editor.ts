import {
  ChangeDetectionStrategy,
  Component,
  CSP_NONCE,
  DestroyRef,
  effect,
  type ElementRef,
  inject,
  input,
  output,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { explain } from '../api/faults';
import { CatalogIndex } from '../catalog/catalog-index';
import { OuthaulApi } from '../api/outhaul-api';
import { type SqlView } from './sql-view';

/** Where GoogleSQL is written; the editor’s code is loaded when it is first shown. */
@Component({
  selector: 'outhaul-sql-editor',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="editor" #place>
      @if (!view()) {
        <textarea
          rows="8"
          aria-label="Query"
          i18n-aria-label="@@sql.label"
          spellcheck="false"
          [value]="sql()"
          (input)="sqlChange.emit($any($event.target).value)"
        ></textarea>
      }
    </div>
    <p class="quiet" i18n="@@sql.hint">
      One GoogleSQL query. It is tried without running while you type; Ctrl+Space completes tables,
      columns and functions; Esc, then Tab leaves the editor.
    </p>
  `,
  styles: `
    .editor {
      border: 1px solid var(--mat-sys-outline);
      border-radius: 8px;
      overflow: hidden;
      background: var(--mat-sys-surface-container-lowest);
    }
    .editor:focus-within {
      border-color: var(--mat-sys-primary);
      box-shadow: inset 0 0 0 1px var(--mat-sys-primary);
    }
    textarea {
      display: block;
      width: 100%;
      box-sizing: border-box;
      padding: 10px;
      border: 0;
      outline: 0;
      background: none;
      color: inherit;
      font: 13px/1.5 var(--outhaul-code);
      resize: vertical;
    }
    p {
      margin: 8px 0 0;
      font: var(--mat-sys-body-small);
    }
  `,
})
export class SqlEditor {
  readonly sql = input.required<string>();
  readonly error = input<unknown>();
  readonly sqlChange = output<string>();
  private readonly place = viewChild.required<ElementRef<HTMLElement>>('place');
  private readonly index = inject(CatalogIndex);
  private readonly api = inject(OuthaulApi);
  private readonly nonce = inject(CSP_NONCE);
  protected readonly view = signal<SqlView | undefined>(undefined);

  constructor() {
    let isGone = false;
    inject(DestroyRef).onDestroy(() => {
      isGone = true;
      this.view()?.destroy();
    });
    void import('./sql-view').then(({ makeSqlView }) => {
      if (isGone) return;
      const view = makeSqlView({
        parent: this.place().nativeElement,
        sql: this.sql(),
        nonce: this.nonce ?? '',
        label: $localize`:@@sql.editorLabel:Query`,
        onChange: (sql) => this.sqlChange.emit(sql),
        tables: () => this.tableNames(),
        columns: (dataset, table) => this.columnsOf(dataset, table),
      });
      this.view.set(view);
    });
    effect(() => {
      const view = this.view();
      const sql = this.sql();
      if (view) untracked(() => view.replace(sql));
    });
    effect(() => {
      const error = this.error();
      this.view()?.mark(error === undefined ? undefined : explain(error));
    });
  }

  private tableNames(): readonly string[] {
    return this.index
      .datasets()()
      .items.flatMap(({ dataset }) => this.index.tables(dataset)().items)
      .map(({ ref }) => `${ref.dataset}.${ref.table}`);
  }

  private readonly known = new Map<string, Promise<readonly { name: string; type: string }[]>>();

  private columnsOf(dataset: string, table: string) {
    const name = `${dataset}.${table}`;
    let columns = this.known.get(name);
    if (!columns) {
      columns = this.api.table({ dataset, table }).then(
        ({ fields }) => fields,
        () => [],
      );
      this.known.set(name, columns);
    }
    return columns;
  }
}
