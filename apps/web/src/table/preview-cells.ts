import { type Field, type Preview } from '@outhaul/api-client';

const numeric = new Set(['INT64', 'FLOAT64', 'NUMERIC', 'BIGNUMERIC']);
const shownCharacters = 300;

/** Whether a column is set flush right. */
export const isNumber = (field: Field): boolean =>
  field.mode !== 'REPEATED' && numeric.has(field.type);

/** A cell as one line of text. */
export function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return 'NULL';
  const text = typeof cell === 'string' ? cell : JSON.stringify(cell);
  const line = text.replaceAll('\n', '↵');
  return line.length > shownCharacters ? `${line.slice(0, shownCharacters)}…` : line;
}

const [characterPx, headerCharacterPx, paddingPx, leastPx, mostPx] = [7.6, 8.6, 34, 72, 320];

/** Widths by the longest of the header and the first rows. */
export const columnWidths = ({ fields, rows }: Preview): readonly number[] =>
  fields.map(({ name }, index) => {
    const longest = rows
      .slice(0, 50)
      .reduce((most, row) => Math.max(most, cellText(row[index]).length), 0);
    const wanted = Math.max(longest * characterPx, name.length * headerCharacterPx) + paddingPx;
    return Math.round(Math.max(leastPx, Math.min(mostPx, wanted)));
  });

/** Where each column begins, and where the last one ends. */
export const edgesOf = (widths: readonly number[]): readonly number[] =>
  widths.reduce<number[]>((edges, width) => [...edges, (edges.at(-1) ?? 0) + width], [0]);
