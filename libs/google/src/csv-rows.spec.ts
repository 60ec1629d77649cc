import { gzipSync } from 'node:zlib';
import { countCsvRows } from './csv-rows.js';

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe.each([1, 3, 1_000])('rows of CSV that comes in pieces of %d bytes', (size) => {
  it.each<[string, number]>([
    ['', 0],
    ['a\n', 1],
    ['a', 1],
    ['\n\n', 2],
    ['a\n\nb\n', 3],
    ['"line\n\nbreaks"\n', 1],
    ['"a ""quoted"" \n word",b\nc,d\n', 2],
    ['""\n', 1],
    ['ü,"ü\n"\n"', 2],
  ])('of %j are %d, plain and gzip', async (text, rows) => {
    const bytes = Buffer.from(text);
    expect(await countCsvRows(inPieces(bytes, size))).toBe(rows);
    expect(await countCsvRows(inPieces(gzipSync(bytes), Math.max(2, size)))).toBe(rows);
  });
});

it('of members of gzip that were joined are those of all', async () => {
  const joined = Buffer.concat([gzipSync('a\nb\n'), gzipSync('\nc\n')]);
  expect(await countCsvRows(inPieces(joined, 7))).toBe(4);
});

it('ends with the error of a body that breaks', async () => {
  const whole = gzipSync('a\nb\n'.repeat(1_000));
  await expect(countCsvRows(inPieces(whole.subarray(0, whole.length - 9), 16))).rejects.toThrow();
});
