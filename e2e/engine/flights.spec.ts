import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet';
import { WholeSystem } from '../support/whole-system.js';

const sample = join(__dirname, '../../node_modules/vega-datasets/data/flights-3m.parquet');

/** CRC32C by the book, bit by bit: independent of what the product uses. Base64 of its four bytes, high byte first. */
function castagnoli(content: Buffer): string {
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0x82f63b78 : 0);
    return value;
  });
  let crc = 0xffffffff;
  for (const byte of content) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 255] ?? 0);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE((crc ^ 0xffffffff) >>> 0);
  return bytes.toString('base64');
}

let system: WholeSystem;
beforeAll(async () => {
  system = await WholeSystem.start();
});
afterAll(() => system.stop());

it('takes three million flights to verified Parquet files that equal the source', async () => {
  const folder = join(system.folder, 'flights');
  const finished = await system.cli(
    'export',
    'samples.flights',
    '--format',
    'parquet',
    '--download',
    folder,
  );
  expect(finished).toMatchObject({ code: 0, stdout: `${folder}\n` });
  expect(finished.stderr).toMatch(/3,000,000 rows in \d+ files/);

  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const names: string[] = readdirSync(folder).filter((name) => name.endsWith('.parquet'));
  expect(manifest.files.map(({ name }: { name: string }) => name)).toEqual(names.toSorted());
  let rows = 0;
  for (const { name, rows: claimed, sizeBytes, crc32c } of manifest.files) {
    const content = readFileSync(join(folder, name));
    expect([sizeBytes, crc32c]).toEqual([content.length, castagnoli(content)]);
    const { num_rows: counted } = await parquetMetadataAsync(
      await asyncBufferFromFile(join(folder, name)),
    );
    expect(Number(counted)).toBe(claimed);
    rows += claimed;
  }
  expect([rows, manifest.verified.sourceRows, manifest.totals.rows]).toEqual([
    3_000_000, 3_000_000, 3_000_000,
  ]);

  const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  const files = `read_parquet('${join(folder, '*.parquet')}')`;
  const source = `read_parquet('${sample}')`;
  const [columns] = (
    await duckdb.runAndReadAll(`SELECT list(column_name) FROM (DESCRIBE SELECT * FROM ${source})`)
  ).getRowsJson();
  const wanted = (columns?.[0] as string[]).map((name) => `"${name}"`).join(', ');
  const difference = await duckdb.runAndReadAll(
    `SELECT (SELECT count(*) FROM (SELECT ${wanted} FROM ${files} EXCEPT ALL SELECT ${wanted} FROM ${source})), (SELECT count(*) FROM (SELECT ${wanted} FROM ${source} EXCEPT ALL SELECT ${wanted} FROM ${files}))`,
  );
  expect(difference.getRowsJson()[0]).toEqual(['0', '0']);
});

it.each([
  ['airports', 'csv', ['--single']],
  ['airports', 'csv', ['--single', '--compression', 'gzip']],
  ['movies', 'jsonl', []],
] as const)('takes %s to %s that equals the source %j', async (table, format, options) => {
  const folder = join(system.folder, `${table}-${format}-${options.length}`);
  const finished = await system.cli(
    'export',
    `samples.${table}`,
    '--format',
    format,
    ...options,
    '--download',
    folder,
  );
  expect(finished).toMatchObject({ code: 0 });
  const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  const reader = format === 'csv' ? 'read_csv' : 'read_json';
  const [file = ''] = readdirSync(folder).filter((name) => name.startsWith(table));
  const read = `${reader}('${join(folder, file)}'${format === 'csv' ? ", all_varchar = true, nullstr = ''" : ''})`;
  const { rows } = (await (
    await fetch(
      `${system.cloudUrl}/bigquery/v2/projects/outhaul-local/datasets/samples/tables/${table}/data?maxResults=100000`,
      { headers: { Authorization: 'Bearer any' } },
    )
  ).json()) as { rows: { f: { v: string | null }[] }[] };
  const got = (await duckdb.runAndReadAll(`SELECT * FROM ${read}`)).getRowsJson();
  expect(got).toHaveLength(rows.length);
  const first = (row: readonly unknown[]) => String(row[0] ?? '');
  expect(got.map(first).toSorted()).toEqual(rows.map(({ f }) => String(f[0]?.v ?? '')).toSorted());
});

it('leaves nothing behind but the files when it downloads', async () => {
  const folder = join(system.folder, 'airports');
  await system.cli('export', 'samples.airports', '--format', 'parquet', '--download', folder);
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  expect(existsSync(join(folder, 'schema.json'))).toBe(true);
});
