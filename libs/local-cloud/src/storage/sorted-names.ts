/** Object names in the order Cloud Storage lists them: by the bytes of their UTF-8 form. */
export class SortedNames {
  #names: string[] = [];

  add(name: string): void {
    const last = this.#names.at(-1);
    if (last === undefined || compareNames(last, name) < 0) {
      this.#names.push(name);
      return;
    }
    const index = this.firstIndexFrom(name);
    if (this.#names[index] !== name) this.#names.splice(index, 0, name);
  }

  delete(name: string): void {
    const index = this.firstIndexFrom(name);
    if (this.#names[index] === name) this.#names.splice(index, 1);
  }

  /** Adds many names at once (they may repeat each other). */
  load(names: Iterable<string>): void {
    this.#names = [...new Set([...this.#names, ...names])].sort(compareNames);
  }

  /** The index of the first name that is not less than `name`. */
  firstIndexFrom(name: string): number {
    let low = 0;
    let high = this.#names.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareNames(this.#names[middle] as string, name) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  at(index: number): string | undefined {
    return this.#names[index];
  }

  get size(): number {
    return this.#names.length;
  }
}

/** Compares by code points, which is the order of UTF-8 bytes (UTF-16 order differs above the surrogates). */
export function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return liftSurrogate(left) - liftSurrogate(right);
  }
  return a.length - b.length;
}

const liftSurrogate = (unit: number): number =>
  unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit;
