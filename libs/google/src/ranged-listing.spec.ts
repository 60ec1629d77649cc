import { RangedListing } from './ranged-listing.js';

const idOf = (number: number): string => `x${String(number).padStart(8, '0')}`;
const from = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, at) => idOf(first + at));

describe('RangedListing', () => {
  let ids: string[];
  let asked: number;
  let atOnce: number;
  let mostAtOnce: number;
  let listing: RangedListing<{ id: string }>;
  beforeEach(() => {
    asked = atOnce = mostAtOnce = 0;
    listing = new RangedListing(async (after = '', upTo = '~', most) => {
      asked += 1;
      mostAtOnce = Math.max(mostAtOnce, (atOnce += 1));
      const inRange = ids.filter((id) => id > after && id <= upTo);
      await new Promise((resolve) => setImmediate(resolve));
      atOnce -= 1;
      const items = inRange.slice(0, most).map((id) => ({ id }));
      return { items, hasMore: inRange.length > most };
    });
  });

  const everything = async (pageSize: number): Promise<string[]> => {
    const found: string[] = [];
    let pageToken: string | undefined;
    do {
      const page = await listing.page(pageSize, pageToken);
      expect(page.items.length).toBeLessThanOrEqual(pageSize);
      found.push(...page.items.map(({ id }) => id));
      pageToken = page.nextPageToken;
    } while (pageToken);
    return found;
  };

  it('reads ranges at once when it knows where to cut', async () => {
    ids = from(0, 9_500);
    expect((await everything(4_000)).join() === ids.join()).toBe(true);
    expect([asked, mostAtOnce]).toEqual([10, 1]);
    expect((await everything(4_000)).join() === ids.join()).toBe(true);
    expect(mostAtOnce).toBe(4);
    expect(asked).toBe(20);
  });

  it.each([
    ['many have come', () => [...from(0, 20_000), ...from(30_000, 9_000)]],
    ['many have gone', () => from(30_000, 9_000).filter((_, at) => at % 7 === 0)],
    ['whole ranges have gone', () => from(38_000, 1_000)],
    [
      'some have come and gone in the middle',
      () => [...from(30_000, 2_500), ...from(33_500, 5_500), ...from(50_000, 3)],
    ],
    ['all have gone', () => []],
  ])('misses and repeats nothing after %s', async (_what, now) => {
    ids = from(30_000, 9_000);
    await everything(4_000);
    ids = now();
    for (const pageSize of [1, 700, 1_000, 1_001, 4_000, 50_000]) {
      if (pageSize === 1 && ids.length > 2_000) continue;
      expect((await everything(pageSize)).join() === ids.join()).toBe(true);
    }
  });
});
