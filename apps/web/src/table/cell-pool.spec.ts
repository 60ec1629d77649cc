import { type Preview } from '@outhaul/api-client';
import { CellPool } from './cell-pool';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const aPreview: Preview = {
  fields: numbers(20).map((column) => ({
    name: `c${column}`,
    type: column % 2 ? 'INT64' : 'STRING',
    mode: 'NULLABLE',
  })),
  rows: numbers(40).map((row) =>
    numbers(20).map((column) => (row === 3 && column === 0 ? null : `${row}/${column}`)),
  ),
};

function aGrid() {
  const [header, body] = [document.createElement('div'), document.createElement('div')];
  const makeElement = () => document.createElement('div');
  const edges = numbers(21).map((column) => column * 50);
  const pool = new CellPool(aPreview, edges, { header, body, rowPx: 32, makeElement });
  const cellsOf = (row: Element) => [...row.children] as HTMLElement[];
  /** What stands at a row and column, by the place on the screen and by what is read out. */
  const seen = () =>
    new Map(
      ([...body.children] as HTMLElement[]).flatMap((row) =>
        cellsOf(row).map((cell) => [
          `${Number.parseInt(row.style.top) / 32}/${Number.parseInt(cell.style.left) / 50}`,
          `${cell.textContent} ${Number(row.ariaRowIndex ?? row.getAttribute('aria-rowindex')) - 2}/${Number(cell.getAttribute('aria-colindex')) - 1}`,
        ]),
      ),
    );
  return { pool, header, body, cellsOf, seen };
}

it('shows each cell of the window at its place, wherever one scrolls', () => {
  const { pool, seen } = aGrid();
  for (const [top, left] of [
    [4, 0],
    [5, 0],
    [5, 1],
    [30, 14],
    [4, 3],
  ] as const) {
    pool.draw({ from: top, to: top + 6 }, { from: left, to: left + 5 });
    const shown = seen();
    for (let row = top; row < top + 6; row += 1)
      for (let column = left; column < left + 5; column += 1)
        expect(shown.get(`${row}/${column}`)).toBe(`${row}/${column} ${row}/${column}`);
  }
});

it('keeps its cells, and writes only the row that comes into sight', async () => {
  const { pool, body } = aGrid();
  pool.draw({ from: 10, to: 16 }, { from: 0, to: 5 });
  const before = new Set(body.querySelectorAll('[role=cell]'));
  const changes: MutationRecord[] = [];
  const observer = new MutationObserver((records) => changes.push(...records));
  observer.observe(body, { subtree: true, childList: true, characterData: true });
  pool.draw({ from: 11, to: 17 }, { from: 0, to: 5 });
  await Promise.resolve();
  expect(changes.map(({ type }) => type)).toEqual(Array(5).fill('characterData'));
  expect(new Set(body.querySelectorAll('[role=cell]'))).toEqual(before);
});

it('marks nulls and numbers', () => {
  const { pool, body, cellsOf } = aGrid();
  pool.draw({ from: 3, to: 4 }, { from: 0, to: 2 });
  const [row] = body.children;
  expect(row && cellsOf(row).map(({ className, textContent }) => [className, textContent])).toEqual(
    [
      ['cell null', 'NULL'],
      ['cell right', '3/1'],
    ],
  );
});

it('is in reading order once it is arranged', () => {
  const { pool, header, body, cellsOf } = aGrid();
  pool.draw({ from: 10, to: 16 }, { from: 0, to: 5 });
  pool.draw({ from: 13, to: 19 }, { from: 2, to: 7 });
  pool.arrange();
  expect(header.textContent).toBe('c2c3c4c5c6');
  expect([...body.children].map((row) => cellsOf(row)[0]?.textContent)).toEqual(
    numbers(6).map((row) => `${row + 13}/2`),
  );
});
