/** Lets files be made durable side by side while their lanes go on; so many at once, since each holds a descriptor. */
export class Publisher {
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly most = 64) {}

  /** Begins the work; waits only when too much of it is under way. The work must not reject. */
  async add(work: () => Promise<void>): Promise<void> {
    const promise = work().finally(() => this.running.delete(promise));
    this.running.add(promise);
    if (this.running.size > this.most) await Promise.race(this.running);
  }

  async end(): Promise<void> {
    await Promise.all(this.running);
  }
}
