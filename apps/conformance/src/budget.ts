/** What the whole run may cost, in bytes that queries are billed for: at 6.25 USD a TiB, 2 GiB are 0.0125 USD. */
const totalBytes = 2 * 1024 ** 3;
/** What one query may be billed for. BigQuery bills 10 MiB for each table that a query reads. */
export const perQueryBytes = 60 * 1024 ** 2;
const usdPerTib = 6.25;

/** Keeps a run cheap: every query has a limit of its own, and none starts that could exceed the whole. */
export class Budget {
  private billedBytes = 0;
  private promisedBytes = 0;
  private queries = 0;

  /** Throws when the query might exceed what the run may cost. */
  async spend<T>(
    run: () => Promise<{ readonly billedBytes: number; readonly value: T }>,
  ): Promise<T> {
    if (this.billedBytes + this.promisedBytes + perQueryBytes > totalBytes)
      throw new Error('The run has reached the bytes that it may be billed for.');
    this.promisedBytes += perQueryBytes;
    this.queries += 1;
    try {
      const { billedBytes, value } = await run();
      this.billedBytes += billedBytes;
      return value;
    } finally {
      this.promisedBytes -= perQueryBytes;
    }
  }

  summary(): { queries: number; billedBytes: number; usd: number } {
    const usd = Number(((this.billedBytes / 1024 ** 4) * usdPerTib).toFixed(4));
    return { queries: this.queries, billedBytes: this.billedBytes, usd };
  }
}
