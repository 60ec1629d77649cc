import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet';
import { WholeSystem } from '../support/whole-system.js';

const sample = join(__dirname, '../../node_modules/vega-datasets/data/flights-3m.parquet');

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
  for (const { name, rows: claimed } of manifest.files) {
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

it('leaves nothing behind but the files when it downloads', async () => {
  const folder = join(system.folder, 'airports');
  await system.cli('export', 'samples.airports', '--format', 'parquet', '--download', folder);
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  expect(existsSync(join(folder, 'schema.json'))).toBe(true);
});
