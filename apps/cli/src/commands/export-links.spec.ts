import { type DownloadFile } from '@outhaul/api-client';
import { ExportLinks } from './export-links.js';

const names = Array.from({ length: 1_000 }, (_, index) => `part-${index}.csv`);
const fileOf = (name: string, listing: number): DownloadFile => ({
  name,
  sizeBytes: 1,
  crc32c: 'AAAAAA==',
  generation: '1',
  url: `https://files/${name}?${listing}`,
  expiresAt: '2026-01-01T00:00:00Z',
});

let listings: number;
let links: ExportLinks;
beforeEach(() => {
  listings = 0;
  links = new ExportLinks(async () => {
    listings += 1;
    return names.map((name) => fileOf(name, listings));
  });
});

const old = (name: string): DownloadFile => fileOf(name, 0);

it('lists once for a thousand links that have expired together', async () => {
  const fresh = await Promise.all(names.map((name) => links.fresh(old(name), old(name).url)));
  expect(fresh).toEqual(names.map((name) => fileOf(name, 1).url));
  // Those that find it out later still have the old one.
  expect(await links.fresh(old('part-7.csv'), old('part-7.csv').url)).toBe(fresh[7]);
  expect(listings).toBe(1);
});

it('gives the newest link to who asks for the first time, without waiting', async () => {
  expect(links.first(old('part-3.csv'))).toBe('https://files/part-3.csv?0');
  await links.fresh(old('part-1.csv'), old('part-1.csv').url);
  expect(links.first(old('part-3.csv'))).toBe('https://files/part-3.csv?1');
});

it('lists again when the newest link is the one that has expired', async () => {
  const first = await links.fresh(old('part-1.csv'), old('part-1.csv').url);
  expect(await links.fresh(old('part-1.csv'), first)).toBe('https://files/part-1.csv?2');
});

it('knows no link to what is listed no more, and asks again after a listing that failed', async () => {
  const gone = old('gone.csv');
  expect([await links.fresh(gone, gone.url), links.first(gone)]).toEqual([undefined, undefined]);
  let fails = true;
  const shaky = new ExportLinks(async () => {
    if (fails) throw new Error('no answer');
    return names.map((name) => fileOf(name, 9));
  });
  await expect(shaky.fresh(old('part-1.csv'), undefined)).rejects.toThrow('no answer');
  fails = false;
  expect(await shaky.fresh(old('part-1.csv'), undefined)).toBe('https://files/part-1.csv?9');
});
