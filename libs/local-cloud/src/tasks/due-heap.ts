interface Due {
  readonly dueMs: number;
  readonly name: string;
}

/** Names in the order in which they are due (a binary heap). */
export class DueHeap {
  readonly #items: Due[] = [];

  add(name: string, dueMs: number): void {
    const items = this.#items;
    let index = items.push({ name, dueMs }) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#at(parent).dueMs <= this.#at(index).dueMs) return;
      this.#swap(parent, index);
      index = parent;
    }
  }

  first(): Due | undefined {
    return this.#items[0];
  }

  removeFirst(): void {
    const items = this.#items;
    const last = items.pop();
    if (!last || items.length === 0) return;
    items[0] = last;
    for (let index = 0; ;) {
      const [left, right] = [2 * index + 1, 2 * index + 2];
      let least = index;
      for (const child of [left, right])
        if (child < items.length && this.#at(child).dueMs < this.#at(least).dueMs) least = child;
      if (least === index) return;
      this.#swap(index, least);
      index = least;
    }
  }

  #at(index: number): Due {
    return this.#items[index] as Due;
  }

  #swap(a: number, b: number): void {
    [this.#items[a], this.#items[b]] = [this.#at(b), this.#at(a)];
  }
}
