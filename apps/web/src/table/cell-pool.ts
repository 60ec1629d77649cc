import { type Preview } from '@outhaul/api-client';
import { type Window } from '../ui/window-of';
import { cellText, isNumber } from './preview-cells';

interface Cell {
  readonly element: HTMLElement;
  readonly text: Text;
  row: number;
  column: number;
}

interface Row {
  readonly element: HTMLElement;
  readonly cells: Cell[];
  index: number;
}

export interface PoolPlace {
  readonly header: HTMLElement;
  readonly body: HTMLElement;
  readonly rowPx: number;
  /** Makes an element that the grid’s styles hold for. */
  readonly makeElement: () => HTMLElement;
}

const [headerRow, nowhere] = [-1, -2];

/**
 * The drawn cells of a preview. Row or column n always stands in the same elements: n modulo how many there are. So a step
 * of scrolling writes only the rows and columns that come into sight, and leaves all others alone.
 */
export class CellPool {
  private readonly rows: Row[] = [];
  private readonly header: Row;
  private columnCount = 0;

  constructor(
    private readonly preview: Preview,
    private readonly edges: readonly number[],
    private readonly place: PoolPlace,
  ) {
    this.header = { element: place.header, cells: [], index: headerRow };
    place.header.replaceChildren();
    place.body.replaceChildren();
  }

  /** Draws these rows and columns, and the header above them. */
  draw(rows: Window, columns: Window): void {
    this.grow(rows.to - rows.from, columns.to - columns.from);
    this.fill(this.header, columns);
    for (let index = rows.from; index < rows.to; index += 1) {
      const row = this.rows[index % this.rows.length];
      if (!row) continue;
      if (row.index !== index) {
        row.index = index;
        row.element.style.top = `${index * this.place.rowPx}px`;
        row.element.setAttribute('aria-rowindex', String(index + 2));
      }
      this.fill(row, columns);
    }
  }

  /** Puts the elements into the order in which they are seen: it is the one they are read out in. */
  arrange(): void {
    for (const { element, cells } of [this.header, ...this.rows])
      element.append(...cells.toSorted((a, b) => a.column - b.column).map((cell) => cell.element));
    this.place.body.append(
      ...this.rows.toSorted((a, b) => a.index - b.index).map(({ element }) => element),
    );
  }

  private grow(rowCount: number, columnCount: number): void {
    while (this.rows.length < rowCount) {
      const element = this.make('row', 'row');
      this.place.body.append(element);
      this.rows.push({ element, cells: [], index: nowhere });
    }
    this.columnCount = Math.max(this.columnCount, columnCount);
    for (const row of [this.header, ...this.rows])
      while (row.cells.length < this.columnCount) {
        const element = this.make(row === this.header ? 'columnheader' : 'cell', 'cell');
        const text = document.createTextNode('');
        element.append(text);
        row.element.append(element);
        row.cells.push({ element, text, row: nowhere, column: nowhere });
      }
  }

  private make(role: string, className: string): HTMLElement {
    const element = this.place.makeElement();
    element.setAttribute('role', role);
    element.className = className;
    return element;
  }

  private fill({ index, cells }: Row, columns: Window): void {
    for (let column = columns.from; column < columns.to; column += 1) {
      const cell = cells[column % cells.length];
      if (!cell || (cell.column === column && cell.row === index)) continue;
      if (cell.column !== column) this.move(cell, column);
      cell.row = index;
      if (index === headerRow) {
        const field = this.preview.fields[column];
        cell.text.data = field?.name ?? '';
        cell.element.title = `${field?.name} ${field?.type}`;
      } else {
        const value = this.preview.rows[index]?.[column];
        cell.text.data = cellText(value);
        cell.element.classList.toggle('null', value === null);
      }
    }
  }

  private move(cell: Cell, column: number): void {
    const field = this.preview.fields[column];
    const left = this.edges[column] ?? 0;
    cell.column = column;
    cell.element.style.left = `${left}px`;
    cell.element.style.width = `${(this.edges[column + 1] ?? left) - left}px`;
    cell.element.setAttribute('aria-colindex', String(column + 1));
    cell.element.classList.toggle('right', field !== undefined && isNumber(field));
  }
}
