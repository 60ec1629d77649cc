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

it.each([
  ['is cut', (whole: Buffer) => whole.subarray(0, whole.length - 9)],
  [
    'has garbage in it',
    (whole: Buffer) => Buffer.concat([whole.subarray(0, 12), Buffer.alloc(64)]),
  ],
])('of a gzip file that %s are no number', async (_what, harm) => {
  const bytes = harm(gzipSync('a\nb\n'.repeat(1_000)));
  await expect(countCsvRows(inPieces(bytes, 16))).rejects.toMatchObject({
    code: 'verification-failed',
  });
});

it('ends with the fault of the store when a body breaks', async () => {
  const fault = new Error('the connection broke');
  const broken = async function* () {
    yield gzipSync('a\nb\n'.repeat(1_000)).subarray(0, 20);
    throw fault;
  };
  await expect(countCsvRows(broken())).rejects.toBe(fault);
});
