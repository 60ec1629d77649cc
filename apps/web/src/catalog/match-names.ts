/** Something with a name that a search looks at, in lower case. */
export interface Named {
  readonly name: string;
}

/**
 * Those whose names hold every word of the search, best first: names that begin with it, then those where a part after
 * `_`, `-` or `.` does, then the rest; each in the order given.
 */
export function matchNames<T extends Named>(all: readonly T[], search: string): readonly T[] {
  const words = search.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const [first] = words;
  if (first === undefined) return all;
  const ranks: [T[], T[], T[]] = [[], [], []];
  for (const each of all) {
    const { name } = each;
    if (!words.every((word) => name.includes(word))) continue;
    const at = name.indexOf(first);
    ranks[at === 0 ? 0 : isBorder(name[at - 1]) ? 1 : 2].push(each);
  }
  return ranks.flat();
}

const isBorder = (character: string | undefined): boolean =>
  character === '_' || character === '-' || character === '.';
