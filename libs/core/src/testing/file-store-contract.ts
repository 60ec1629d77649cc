import { type FileStore } from '../ports/file-store.js';
import { combineCrc32c, decodeCrc32c, encodeCrc32c } from '../run/crc32c.js';
import { crc32cOf } from './fake-file-store.js';

/** What every FileStore keeps. `make` returns a store and a bucket in it; objects are written below `folder`. */
export function keepsFileStoreContract(
  make: () => Promise<{ store: FileStore; bucket: string; folder?: string }>,
): void {
  let store: FileStore;
  let bucket: string;
  let prefix: string;
  beforeEach(async () => {
    const made = await make();
    ({ store, bucket } = made);
    prefix = `${made.folder ?? ''}contract/${Date.now()}-${Math.random()}/`;
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

  const textOf = async (bytes: AsyncIterable<Uint8Array>): Promise<string> => {
    const decoder = new TextDecoder();
    let text = '';
    for await (const piece of bytes) text += decoder.decode(piece, { stream: true });
    return text;
  };

  it('reads a whole object, and a range of it', async () => {
    const file = await store.put(bucket, `${prefix}a`, '0123456789', 'text/plain');
    expect(await textOf(store.openRead(file))).toBe('0123456789');
    expect(await textOf(store.openRead(file, { start: 3, end: 5 }))).toBe('34');
    expect(await textOf(store.openRead(file, { start: 8 }))).toBe('89');
    const empty = await store.put(bucket, `${prefix}empty`, '', 'text/plain');
    expect(await textOf(store.openRead(empty))).toBe('');
    await expect(textOf(store.openRead({ bucket, name: `${prefix}none` }))).rejects.toMatchObject({
      code: 'file-not-found',
    });
  });

  it.each([0, 1, 300_000, 20_000_000])('writes a stream of %d bytes', async (size) => {
    const piece = new Uint8Array(70_001).fill(7);
    async function* pieces() {
      for (let left = size; left > 0; left -= piece.length)
        yield piece.subarray(0, Math.min(left, piece.length));
    }
    const file = await store.writeStream(bucket, `${prefix}big`, pieces(), 'application/zip');
    expect(await store.stat(bucket, `${prefix}big`)).toMatchObject({
      sizeBytes: size,
      generation: file.generation,
      contentType: 'application/zip',
    });
    let seen = 0;
    for await (const bytes of store.openRead(file)) {
      expect(bytes.every((byte) => byte === 7)).toBe(true);
      seen += bytes.length;
    }
    expect(seen).toBe(size);
  });

  it('leaves nothing of a stream that breaks', async () => {
    async function* broken() {
      yield new Uint8Array(10);
      throw new Error('the source broke');
    }
    const write = store.writeStream(bucket, `${prefix}broken`, broken(), 'text/plain');
    await expect(write).rejects.toThrow('the source broke');
    expect(await store.stat(bucket, `${prefix}broken`)).toBeUndefined();
  });

  it('writes on a condition only while it holds', async () => {
    const name = `${prefix}once`;
    async function* one() {
      yield new TextEncoder().encode('streamed');
    }
    const nothing = { ifGeneration: '0' };
    const first = await store.put(bucket, name, 'first', 'text/plain', nothing);
    const conflict = { code: 'record-conflict' };
    await expect(store.put(bucket, name, 'x', 'text/plain', nothing)).rejects.toMatchObject(
      conflict,
    );
    await expect(
      store.writeStream(bucket, name, one(), 'text/plain', nothing),
    ).rejects.toMatchObject(conflict);
    await expect(store.compose(bucket, [first], name, 'text/plain', nothing)).rejects.toMatchObject(
      conflict,
    );
    expect(await store.readText(bucket, name)).toBe('first');
    await store.writeStream(bucket, name, one(), 'text/plain', { ifGeneration: first.generation });
    expect(await store.readText(bucket, name)).toBe('streamed');
  });

  it('gives a new generation to a replaced object', async () => {
    const first = await store.put(bucket, `${prefix}a`, '1', 'text/plain');
    const second = await store.put(bucket, `${prefix}a`, '2', 'text/plain');
    expect(second.generation).not.toBe(first.generation);
  });

  it('works with the generation that it is given, and with no other', async () => {
    const name = `${prefix}a`;
    const first = await store.put(bucket, name, 'first\n', 'text/plain');
    const second = await store.put(bucket, name, 'other\n', 'text/plain');
    const gone = { code: 'file-not-found' };
    await expect(textOf(store.openRead(first, { start: 0, end: 6 }))).rejects.toMatchObject(gone);
    await expect(store.countRows(first, 'csv')).rejects.toMatchObject(gone);
    await expect(
      store.compose(bucket, [first], `${prefix}joined`, 'text/csv'),
    ).rejects.toMatchObject(gone);
    expect(await store.stat(bucket, `${prefix}joined`)).toBeUndefined();
    expect(await textOf(store.openRead(second, { start: 0, end: 6 }))).toBe('other\n');
  });

  it('tells when each generation was made', async () => {
    const first = await store.put(bucket, `${prefix}a`, '1', 'text/plain');
    const second = await store.put(bucket, `${prefix}a`, '2', 'text/plain');
    const joined = await store.compose(bucket, [second], `${prefix}b`, 'text/plain');
    const [a, b] = await store.list(bucket, prefix);
    const times = [first.createdMs, a?.createdMs, b?.createdMs].map(Number);
    expect(times.every((each) => each > 0)).toBe(true);
    expect(times).toEqual(times.toSorted((x, y) => x - y));
    expect(b).toEqual(joined);
  });

  it('removes what is there and minds not what is gone', async () => {
    await store.put(bucket, `${prefix}a`, '1', 'text/plain');
    await store.remove(bucket, `${prefix}a`);
    await store.remove(bucket, `${prefix}a`);
    expect(await store.stat(bucket, `${prefix}a`)).toBeUndefined();
  });

  it('says that an unknown bucket is not there', async () => {
    await expect(store.getBucket(`no-such-bucket-${Date.now()}`)).rejects.toMatchObject({
      code: 'bucket-not-found',
    });
  });
}
