import { type FileStore } from '../ports.js';
import { combineCrc32c, decodeCrc32c, encodeCrc32c } from '../run/crc32c.js';
import { crc32cOf } from './fake-file-store.js';

/** What every FileStore keeps. `make` answers a store and a bucket in it. */
export function keepsFileStoreContract(
  make: () => Promise<{ store: FileStore; bucket: string }>,
): void {
  let store: FileStore;
  let bucket: string;
  let prefix: string;
  beforeEach(async () => {
    ({ store, bucket } = await make());
    prefix = `contract/${Date.now()}-${Math.random()}/`;
  });

  it('tells size and checksum of what was put', async () => {
    const file = await store.put(bucket, `${prefix}a.txt`, 'hello', 'text/plain');
    expect(file).toMatchObject({
      name: `${prefix}a.txt`,
      sizeBytes: 5,
      crc32c: encodeCrc32c(crc32cOf(new TextEncoder().encode('hello'))),
    });
    expect(await store.stat(bucket, `${prefix}a.txt`)).toMatchObject({
      sizeBytes: 5,
      generation: file.generation,
    });
    expect(await store.readText(bucket, `${prefix}a.txt`)).toBe('hello');
  });

  it('lists by prefix in the order of names', async () => {
    for (const name of ['b', 'a', 'c/d'])
      await store.put(bucket, prefix + name, name, 'text/plain');
    expect((await store.list(bucket, prefix)).map(({ name }) => name.slice(prefix.length))).toEqual(
      ['a', 'b', 'c/d'],
    );
  });

  it('joins objects in the given order, with the checksum of the whole', async () => {
    const parts = [];
    for (const text of ['one ', '', 'two'])
      parts.push(await store.put(bucket, `${prefix}${parts.length}`, text, 'text/plain'));
    const joined = await store.compose(bucket, parts, `${prefix}joined`, 'text/csv');
    expect(await store.readText(bucket, `${prefix}joined`)).toBe('one two');
    const expected = parts.reduce(
      (crc, part) => combineCrc32c(crc, decodeCrc32c(part.crc32c), part.sizeBytes),
      0,
    );
    expect(joined).toMatchObject({ sizeBytes: 7, crc32c: encodeCrc32c(expected) });
  });

  it('gives a new generation to a replaced object', async () => {
    const first = await store.put(bucket, `${prefix}a`, '1', 'text/plain');
    const second = await store.put(bucket, `${prefix}a`, '2', 'text/plain');
    expect(second.generation).not.toBe(first.generation);
  });

  it('removes what is there and minds not what is gone', async () => {
    await store.put(bucket, `${prefix}a`, '1', 'text/plain');
    await store.remove(bucket, `${prefix}a`);
    await store.remove(bucket, `${prefix}a`);
    expect(await store.stat(bucket, `${prefix}a`)).toBeUndefined();
  });

  it('says that an unknown bucket is not there', async () => {
    await expect(store.getBucket('no-such-bucket-here')).rejects.toMatchObject({
      code: 'bucket-not-found',
    });
  });
}
