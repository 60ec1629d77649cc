export interface EachResult<T> {
  readonly item: T;
  readonly error?: unknown;
}

const atOnce = 6;

/** Works on all items, some at once; tells of each whether it worked, in the given order. */
export async function runEach<T>(
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<readonly EachResult<T>[]> {
  const results: EachResult<T>[] = [];
  const waiting = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, item] = next;
      results[index] = await work(item).then(
        () => ({ item }),
        (error: unknown) => ({ item, error }),
      );
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
