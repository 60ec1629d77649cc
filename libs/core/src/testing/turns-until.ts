/** How often everyone else has their turn in this process before the work is done. */
export async function turnsUntil(work: Promise<unknown>): Promise<number> {
  let isDone = false;
  const done = (): void => void (isDone = true);
  work.then(done, done);
  for (let turns = 0; ; turns += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    if (isDone) return turns;
  }
}
