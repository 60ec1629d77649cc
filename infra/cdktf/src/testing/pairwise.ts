/** Combinations in which every two values of different options meet at least once. */
export function pairwise<T extends Readonly<Record<string, readonly unknown[]>>>(
  options: T,
): Record<keyof T & string, unknown>[] {
  const names = Object.keys(options) as (keyof T & string)[];
  const valuesOf = (name: keyof T & string) => options[name] ?? [];
  const open = new Set<string>();
  const keyOf = (a: string, i: number, b: string, j: number) => `${a}:${i}|${b}:${j}`;
  names.forEach((a, at) =>
    names.slice(at + 1).forEach((b) =>
      valuesOf(a).forEach((_, i) =>
        valuesOf(b).forEach((__, j) => {
          open.add(keyOf(a, i, b, j));
        }),
      ),
    ),
  );
  const rows: Record<keyof T & string, unknown>[] = [];
  while (open.size > 0) {
    const chosen: Partial<Record<string, number>> = {};
    const [seed = ''] = open;
    for (const part of seed.split('|')) {
      const [name = '', index] = part.split(':');
      chosen[name] = Number(index);
    }
    for (const name of names) {
      if (chosen[name] !== undefined) continue;
      const gains = valuesOf(name).map((_, index) => gainOf({ ...chosen, [name]: index }));
      chosen[name] = gains.indexOf(Math.max(...gains));
    }
    for (const key of pairsOf(chosen)) open.delete(key);
    rows.push(
      Object.fromEntries(names.map((name) => [name, valuesOf(name)[chosen[name] ?? 0]])) as Record<
        keyof T & string,
        unknown
      >,
    );
  }
  return rows;

  function pairsOf(chosen: Partial<Record<string, number>>): string[] {
    return names.flatMap((a, at) =>
      names.slice(at + 1).flatMap((b) => {
        const [i, j] = [chosen[a], chosen[b]];
        return i === undefined || j === undefined ? [] : [keyOf(a, i, b, j)];
      }),
    );
  }
  function gainOf(chosen: Partial<Record<string, number>>): number {
    return pairsOf(chosen).filter((key) => open.has(key)).length;
  }
}
