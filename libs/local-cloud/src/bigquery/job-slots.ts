/** How many jobs run at once; the others wait in line. */
export class JobSlots {
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(private readonly count: number) {}

  /** Resolves when the job may run, or at once when it is aborted: it is on its way out then. */
  async take(signal: AbortSignal): Promise<void> {
    if (this.#running < this.count) {
      this.#running++;
      return;
    }
    await new Promise<void>((resolve) => {
      const enter = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        this.#running++;
        resolve();
      };
      this.#waiting.push(enter);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** Hands the slot to the next job in line. */
  free(): void {
    const next = this.#running > this.count ? undefined : this.#waiting.shift();
    if (next) next();
    else this.#running--;
  }
}
