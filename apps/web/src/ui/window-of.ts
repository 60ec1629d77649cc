/** Which of many rows (or columns) are to be drawn. `to` is exclusive. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** The rows of equal size that can be seen, and `spare` more on each side. */
export function windowOf(
  scrolled: number,
  viewport: number,
  size: number,
  count: number,
  spare: number,
): Window {
  const first = Math.floor(scrolled / size) - spare;
  const last = Math.ceil((scrolled + viewport) / size) + spare;
  const from = Math.max(0, Math.min(first, count));
  return { from, to: Math.max(from, Math.min(last, count)) };
}

/** The same for columns of different widths; `edges[i]` is where column i begins, the last entry where all end. */
export function windowOfEdges(
  scrolled: number,
  viewport: number,
  edges: readonly number[],
  spare: number,
): Window {
  const count = edges.length - 1;
  let from = 0;
  while (from < count - 1 && (edges[from + 1] ?? 0) <= scrolled) from += 1;
  let to = from;
  while (to < count && (edges[to] ?? 0) < scrolled + viewport) to += 1;
  return { from: Math.max(0, from - spare), to: Math.min(count, to + spare) };
}

export const sameWindow = (a: Window, b: Window): boolean => a.from === b.from && a.to === b.to;
