import { readLines } from './read-lines.js';

/** A row whose text ends after `mib`, in pieces as Cloud Storage sends them; counts those that were read. */
function pieces(mib: number) {
  const piece = new Uint8Array(16 * 1024).fill(97);
  const read = { count: 0 };
  async function* bytes() {
    for (let sent = 0; sent < mib * 64; sent += 1) {
      read.count += 1;
      yield piece;
    }
    yield new TextEncoder().encode('\n{}\n');
  }
  return { read, bytes: bytes() };
}

async function linesOf(bytes: AsyncIterable<Uint8Array>): Promise<[number, number][]> {
  const found: [number, number][] = [];
  for await (const { text, end } of readLines(bytes, 0)) found.push([text.length, end]);
  return found;
}

it('refuses a row that no sheet takes before the rest of it is read', async () => {
  const { read, bytes } = pieces(24);
  await expect(linesOf(bytes)).rejects.toMatchObject({ code: 'type-unsupported' });
  expect(read.count).toBe(8 * 64 + 1);
});

it('copies each piece of a long row once', async () => {
  const { bytes } = pieces(8);
  const copied = jest.spyOn(Uint8Array.prototype, 'set');
  const length = 8 * 1024 * 1024;
  expect(await linesOf(bytes)).toEqual([
    [length, length + 1],
    [2, length + 4],
  ]);
  expect(copied.mock.calls.length).toBe(8 * 64);
  copied.mockRestore();
});
