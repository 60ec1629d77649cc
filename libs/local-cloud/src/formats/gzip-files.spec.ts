import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, inflateRawSync } from 'node:zlib';
import { gzipFiles } from './gzip-files.js';

const mebibyte = 1024 * 1024;

describe('gzipFiles', () => {
  let folder: string;
  const never = new AbortController().signal;
  const nothing = async (): Promise<void> => undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gzip-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('makes one gzip member of each file, whatever its size', async () => {
    const sizes = [0, 1, 2 * mebibyte - 1, 2 * mebibyte, 2 * mebibyte + 1, 5 * mebibyte];
    const jobs = sizes.map((size) => ({
      source: join(folder, `${size}.csv`),
      target: join(folder, `${size}.csv.gz`),
    }));
    const content = (size: number): Buffer =>
      Buffer.from(Array.from({ length: size }, (_unused, index) => (index * index) % 251));
    for (const [index, job] of jobs.entries())
      await writeFile(job.source, content(sizes[index] ?? 0));
    const done: string[] = [];
    await gzipFiles(jobs, never, async ({ source }) => void done.push(source));
    expect(done.sort()).toEqual(jobs.map(({ source }) => source).sort());
    for (const [index, { target }] of jobs.entries()) {
      const plain = content(sizes[index] ?? 0);
      const packed = await readFile(target);
      // An end of the deflate stream before the trailer, or a wrong one, would make these differ.
      expect(inflateRawSync(packed.subarray(10, -8)).equals(plain)).toBe(true);
      expect(packed.readUInt32LE(packed.length - 8)).toBe(crc32(plain));
      expect(packed.readUInt32LE(packed.length - 4)).toBe(plain.length);
    }
  });

  it('tells what went wrong', async () => {
    const job = { source: join(folder, 'missing'), target: join(folder, 'missing.gz') };
    await expect(gzipFiles([job], never, nothing)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('ends when it is told to', async () => {
    const job = { source: join(folder, 'large'), target: join(folder, 'large.gz') };
    await writeFile(job.source, Buffer.alloc(64 * mebibyte));
    const abort = new AbortController();
    const compressing = gzipFiles([job], abort.signal, nothing);
    abort.abort(new Error('cancelled'));
    await expect(compressing).rejects.toThrow(/abort/i);
  });
});
