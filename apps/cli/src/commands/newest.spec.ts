import { newest } from './newest.js';

const all = Array.from({ length: 2_500 }, (_, index) => index);
const sizes: number[] = [];
beforeEach(() => sizes.splice(0));

/** A service that gives at most `most` of them at once. */
const paged = (most: number) => async (pageSize: number, pageToken?: string) => {
  sizes.push(pageSize);
  const from = Number(pageToken ?? 0);
  const to = from + Math.min(pageSize, most);
  return { items: all.slice(from, to), nextPageToken: to < all.length ? String(to) : undefined };
};

it.each([
  [25, 25, true],
  [2_400, 2_400, true],
  [2_500, 2_500, false],
  [9_999, 2_500, false],
])('reads %d of 2,500: %d, and whether there are more: %s', async (limit, read, isMore) => {
  expect(await newest(limit, paged(1_000))).toEqual({ items: all.slice(0, read), isMore });
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000);
});

it('goes on when a page holds fewer than asked for', async () => {
  expect((await newest(120, paged(50))).items).toEqual(all.slice(0, 120));
  expect(sizes).toEqual([120, 70, 20]);
});
