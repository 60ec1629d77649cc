import { type ExportRequest } from '@outhaul/core';
import { parquetReadObjects } from 'hyparquet';
import { textsOfSheet } from './faults/read-sheet';
import { Engine } from './support/engine';

/**
 * Tables may have flexible column names, external tables may not: verification puts no name of the source where only
 * letters, digits and underscores are taken.
 */
let engine: Engine;
beforeAll(async () => {
  engine = await Engine.start('--no-samples');
  await engine.makeDataset('shop');
  await engine.query(
    "CREATE TABLE shop.flexible AS SELECT 1 AS `unit price`, 'é' AS `prénom`, 2.5 AS `2026`, NULL AS `it's <a>` UNION ALL SELECT 2, NULL, NULL, 7",
  );
  await engine.query(
    "CREATE TABLE shop.deep AS SELECT STRUCT(1 AS `unit price`, [STRUCT('x' AS `a:b`)] AS `line items`) AS `the order`",
  );
});
afterAll(() => engine.stop());

type Options = Omit<ExportRequest, 'source'>;
const verifies = ['rows', 'fingerprint'] as const;

async function exported(table: string, options: Options) {
  const record = await engine.export(table, options);
  expect(record.outcome).toEqual(expect.objectContaining({ state: 'succeeded' }));
  const names = await engine.names(record.id);
  const name = names.find((each) => each.includes('000000000') || each.endsWith('.xlsx')) ?? '';
  return { record, content: await engine.read(record.id, name) };
}

describe.each(verifies)(
  'names with spaces, accents, digits and marks, verified by %s',
  (verify) => {
    it.each(['none', 'gzip'] as const)('are exported as CSV (%s)', async (compression) => {
      const { content } = await exported('shop.flexible', { format: 'csv', compression, verify });
      if (compression === 'none')
        expect(content.toString().split('\n')[0]).toBe(`unit price,prénom,2026,it's <a>`);
    });

    it('are exported as JSON lines', async () => {
      const { content } = await exported('shop.flexible', { format: 'jsonl', verify });
      const rows = content.toString().trimEnd().split('\n');
      expect(rows.map((row) => JSON.parse(row) as unknown)).toEqual(
        expect.arrayContaining([
          { 'unit price': '1', prénom: 'é', '2026': 2.5 },
          { 'unit price': '2', "it's <a>": '7' },
        ]),
      );
    });

    it('are exported as JSON lines, nested ones, too', async () => {
      await exported('shop.deep', { format: 'jsonl', verify });
    });

    it('are exported as a workbook', async () => {
      const { content } = await exported('shop.flexible', { format: 'xlsx', verify });
      expect(textsOfSheet(content, 'A')[0]).toBe('unit price');
      expect(textsOfSheet(content, 'B')).toEqual(expect.arrayContaining(['prénom', 'é']));
    });

    it('are given by a request', async () => {
      await engine.query('CREATE OR REPLACE TABLE shop.plain AS SELECT 1 AS id, [1, 2] AS many');
      const columns = [{ name: 'id', as: 'my id' }];
      const { content } = await exported('shop.plain', { format: 'csv', columns, verify });
      expect(content.toString()).toBe('my id\n1\n');
    });
  },
);

it.each(['parquet', 'avro'] as const)(
  'are exported as %s, counted without a query',
  async (format) => {
    const { record, content } = await exported('shop.flexible', { format });
    const { verified } = await engine.exporter.manifest(engine.caller, record.id);
    expect(verified).toMatchObject({
      sourceRows: 2,
      fileRows: 2,
      by: format === 'parquet' ? 'parquet footers' : 'avro blocks',
    });
    if (format === 'parquet')
      expect(
        Object.keys((await parquetReadObjects({ file: Uint8Array.from(content).buffer }))[0] ?? {}),
      ).toEqual(['2026', 'unit price', 'prénom', `it's <a>`]);
  },
);

it.each([
  ['parquet', 'shop.flexible', 'unit price'],
  ['avro', 'shop.deep', 'the order'],
] as const)('a fingerprint of %s is refused before anything runs', async (format, table, name) => {
  await expect(engine.start(table, { format, verify: 'fingerprint' })).rejects.toMatchObject({
    code: 'type-unsupported',
    details: { field: 'verify', resource: name, fix: expect.stringContaining('jsonl') },
  });
  await exported('shop.flexible', {
    format,
    columns: [{ name: 'unit price', as: 'unit_price' }],
    verify: 'fingerprint',
  });
});

/** A NULL in the only column of a CSV file is a blank line. */
describe.each(verifies)('one column of NULLs as CSV, verified by %s', (verify) => {
  it.each([true, false])('is whole (header: %s)', async (header) => {
    await engine.query(
      "CREATE OR REPLACE TABLE shop.one AS SELECT CAST(NULL AS STRING) AS a UNION ALL SELECT 'x\\n\\ny' UNION ALL SELECT NULL UNION ALL SELECT ''",
    );
    const { record } = await exported('shop.one', { format: 'csv', csv: { header }, verify });
    expect(record.outcome).toMatchObject({ rows: 4 });
  });
});

it.each(verifies)('texts with control characters are read back, verified by %s', async (verify) => {
  await engine.query(
    "CREATE OR REPLACE TABLE shop.controls AS SELECT 1 AS id, 'a\\x00b\\x01\\x1f\\x7f' AS `a text`",
  );
  for (const format of ['csv', 'jsonl', 'avro', 'parquet'] as const)
    await exported('shop.controls', {
      format,
      columns: [{ name: 'id' }, { name: 'a text', as: 'a_text' }],
      verify,
    });
});
