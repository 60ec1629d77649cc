/** A table has up to 10,000 columns of 300 characters: a wrong name must not stop the service while all are compared. */
const mostCompared = 500;
const mostCharacters = 300;
const mostEdits = 3;

/** The candidate within an edit distance of 3, if there is one: what was meant by a name that does not exist. */
export function closestName(wanted: string, candidates: readonly string[]): string | undefined {
  if (wanted.length > mostCharacters + mostEdits) return undefined;
  const name = wanted.toLowerCase();
  let bound = Math.min(mostEdits, Math.floor(wanted.length / 2));
  let best: string | undefined;
  let compared = 0;
  for (const candidate of candidates) {
    if (bound < 0 || compared === mostCompared) break;
    if (Math.abs(candidate.length - wanted.length) > bound) continue;
    compared += 1;
    const distance = distanceWithin(name, candidate.toLowerCase(), bound);
    if (distance === undefined) continue;
    best = candidate;
    // From here on only a closer one counts.
    bound = distance - 1;
  }
  return best;
}

/** The edit distance where it is at most `bound`: cells further from the diagonal cannot lead to it. */
function distanceWithin(a: string, b: string, bound: number): number | undefined {
  if (Math.abs(a.length - b.length) > bound) return undefined;
  const far = bound + 1;
  let previous = new Uint8Array(b.length + 1).fill(far);
  let current = new Uint8Array(b.length + 1).fill(far);
  for (let j = 0; j <= bound && j <= b.length; j += 1) previous[j] = j;
  for (let i = 1; i <= a.length; i += 1) {
    const from = Math.max(1, i - bound);
    const to = Math.min(b.length, i + bound);
    const code = a.charCodeAt(i - 1);
    let left = from === 1 ? Math.min(i, far) : far;
    current[from - 1] = left;
    let nearest = left;
    for (let j = from; j <= to; j += 1) {
      let cell = (previous[j - 1] as number) + (code === b.charCodeAt(j - 1) ? 0 : 1);
      const above = j === i + bound ? far : (previous[j] as number) + 1;
      if (above < cell) cell = above;
      if (left + 1 < cell) cell = left + 1;
      if (cell > far) cell = far;
      current[j] = left = cell;
      if (cell < nearest) nearest = cell;
    }
    if (nearest > bound) return undefined;
    [previous, current] = [current, previous];
  }
  const distance = previous[b.length] as number;
  return distance > bound ? undefined : distance;
}
