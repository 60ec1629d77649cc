import { type Page } from '@outhaul/core';

/** Most objects in one answer of Cloud Storage. */
export const mostInAnswer = 1_000;

/** One answer: what comes after one id, up to and with another. */
export interface Answer<S> {
  readonly items: readonly S[];
  readonly hasMore: boolean;
}

export type Ask<S> = (
  after: string | undefined,
  upTo: string | undefined,
  most: number,
) => Promise<Answer<S>>;

/**
 * Lists in the order of ids. A page of more than one answer is read in ranges, all at once, cut where earlier listings
 * saw an answer end. The ranges touch whatever has come or gone since, so old cuts cost time and never an item.
 */
export class RangedListing<S extends { readonly id: string }> {
  private cuts: readonly string[] = [];

  constructor(private readonly ask: Ask<S>) {}

  async page(pageSize: number, after?: string): Promise<Page<S>> {
    const most = Math.ceil(pageSize / mostInAnswer);
    const ends =
      most > 1 ? this.cuts.filter((cut) => after === undefined || cut > after).slice(0, most) : [];
    const isOpen = ends.length < most;
    const ranges = await Promise.all([
      ...ends.map((end, at) => this.range(pageSize, ends[at - 1] ?? after, end)),
      ...(isOpen ? [this.range(pageSize, ends.at(-1) ?? after)] : []),
    ]);
    const found = ranges.flatMap(({ items }) => items);
    const items = found.slice(0, pageSize);
    const isCut = found.length > items.length || ranges.slice(0, -1).some((range) => range.hasMore);
    const hasMore = isCut || !isOpen || ranges.at(-1)?.hasMore === true;
    this.learn(items, after, hasMore);
    if (!hasMore) return { items };
    return { items, nextPageToken: isCut ? items.at(-1)?.id : (items.at(-1)?.id ?? ends.at(-1)) };
  }

  /** At least `most` of a range, or all of it. */
  private async range(most: number, after?: string, upTo?: string): Promise<Answer<S>> {
    const items: S[] = [];
    for (let from = after; ;) {
      const left = most - items.length;
      const answer = await this.ask(from, upTo, Math.min(left, mostInAnswer));
      items.push(...answer.items);
      from = items.at(-1)?.id;
      if (!answer.hasMore || !from || items.length >= most)
        return { items, hasMore: answer.hasMore };
    }
  }

  private learn(items: readonly S[], after: string | undefined, hasMore: boolean): void {
    const last = items.at(-1)?.id;
    if (items.length < mostInAnswer || last === undefined) return;
    const seen = items
      .filter((_, at) => (at + 1) % mostInAnswer === 0)
      .map(({ id }) => id)
      .filter((id) => id !== '');
    this.cuts = [
      ...this.cuts.filter((cut) => after !== undefined && cut <= after),
      ...seen,
      ...(hasMore ? this.cuts.filter((cut) => cut > last) : []),
    ];
  }
}
