import { type ExportRequest } from '@outhaul/core';
import { Engine } from './support/engine';

/**
 * Every type of BigQuery in every format, with the values at its edges: a fingerprint calls good files good, and finds
 * one changed value of each type.
 */
let engine: Engine;
beforeAll(async () => {
  engine = await Engine.start('--no-samples');
  await engine.makeDataset('shop');
  await engine.query(`CREATE TABLE shop.flat AS ${rowsOf(types)}`);
  await engine.query(`CREATE TABLE shop.nested AS ${nestedIn(nestable)} FROM shop.flat`);
});
afterAll(() => engine.stop());

/** Values at the edges of a type, and another one. A column is called by the type; the last row is all NULL. */
const types: Readonly<Record<string, { values: readonly string[]; other: string }>> = {
  string: {
    values: [`''`, `'a,"b"\\r\\n<&>\\\\ ü😀'`, `'nul \\x00 and \\x01\\t'`],
    other: `'a,"b"\\r\\n<&>\\\\ ü😁'`,
  },
  bytes: { values: [`b''`, `b'\\x00\\xff'`, `b'text'`], other: `b'\\x00\\xfe'` },
  int64: {
    values: ['-9223372036854775808', '9223372036854775807', '0'],
    other: '9223372036854775806',
  },
  float64: {
    values: [
      `CAST('NaN' AS FLOAT64)`,
      `CAST('-inf' AS FLOAT64)`,
      '-0.0',
      '1.7976931348623157e308',
      '5e-324',
      '0.1 + 0.2',
    ],
    other: '0.3',
  },
  bool: { values: ['TRUE', 'FALSE', 'TRUE'], other: 'NULL' },
  numeric: {
    values: [
      `NUMERIC '-99999999999999999999999999999.999999999'`,
      `NUMERIC '0.000000001'`,
      `NUMERIC '100'`,
    ],
    other: `NUMERIC '0.000000002'`,
  },
  bignumeric: {
    values: [
      `BIGNUMERIC '-12345678901234567890123456789012345678.12345678901234567890123456789012345678'`,
      `BIGNUMERIC '0.00000000000000000000000000000000000001'`,
      `BIGNUMERIC '1e3'`,
    ],
    other: `BIGNUMERIC '0.00000000000000000000000000000000000002'`,
  },
  date: {
    values: [`DATE '0001-01-01'`, `DATE '9999-12-31'`, `DATE '1970-01-01'`],
    other: `DATE '9999-12-30'`,
  },
  time: {
    values: [`TIME '00:00:00'`, `TIME '23:59:59.999999'`, `TIME '12:00:00.5'`],
    other: `TIME '23:59:59.999998'`,
  },
  datetime: {
    values: [
      `DATETIME '0001-01-01 00:00:00'`,
      `DATETIME '9999-12-31 23:59:59.999999'`,
      `DATETIME '2020-02-29 12:00:00.5'`,
    ],
    other: `DATETIME '9999-12-31 23:59:59.999998'`,
  },
  timestamp: {
    values: [
      `TIMESTAMP '0001-01-01 00:00:00+00'`,
      `TIMESTAMP '9999-12-31 23:59:59.999999+00'`,
      `TIMESTAMP '2020-02-29 12:00:00.5+00'`,
    ],
    other: `TIMESTAMP '9999-12-31 23:59:59.999998+00'`,
  },
  interval: {
    values: ['INTERVAL 10000 YEAR', `CAST('-1-2 3 -4:5:6' AS INTERVAL)`, 'INTERVAL 0 SECOND'],
    other: `CAST('-1-2 3 -4:5:7' AS INTERVAL)`,
  },
  geography: {
    values: [
      `ST_GEOGFROMTEXT('POINT(-122.35022 47.649154)')`,
      `ST_GEOGFROMTEXT('POLYGON((0 0, 1.5 0, 1 1, 0 0))')`,
      `ST_GEOGFROMTEXT('GEOMETRYCOLLECTION(POINT(1 2), LINESTRING(0 0, 1 1))')`,
    ],
    other: `ST_GEOGFROMTEXT('POLYGON((0 0, 1.25 0, 1 1, 0 0))')`,
  },
  json: {
    values: [
      `JSON '{"b":[1,2.5,"ü<&>"],"a":{"x y":null}}'`,
      `JSON '"text"'`,
      `JSON '18446744073709551615'`,
    ],
    other: `JSON '"other"'`,
  },
};
const names = Object.keys(types);
const columns = names.map((name) => `v_${name}`);

/** An INTERVAL would make one text of all that it lies in. */
const nestable = columns.filter((name) => name !== 'v_interval');

const nestedIn = (chosen: readonly string[]): string =>
  `SELECT id, STRUCT(${chosen.join(', ')}) AS one, ARRAY(SELECT AS STRUCT ${chosen.join(', ')}, [IFNULL(v_string, ''), 'x'] AS texts) AS many`;

function rowsOf(given: typeof types): string {
  const count = Math.max(...Object.values(given).map(({ values }) => values.length));
  const rows = Array.from({ length: count }, (_unused, row) =>
    names.map((name) => `${given[name]?.values[row] ?? 'NULL'} AS v_${name}`).join(', '),
  );
  const nulls = names.map((name) => `NULL AS v_${name}`).join(', ');
  return [...rows, nulls]
    .map((values, index) => `SELECT ${index + 1} AS id, ${values}`)
    .join(' UNION ALL ');
}

const formats = ['csv', 'jsonl', 'avro', 'parquet'] as const;
type Options = Partial<Omit<ExportRequest, 'source'>>;

/** Parquet cannot compare what lies inside of a geography that lies inside another column. */
const options = (table: string, format: (typeof formats)[number]): Options =>
  table === 'nested' && format === 'csv' ? { format, flatten: true } : { format };

describe.each(formats)('a fingerprint of %s', (format) => {
  it.each(['flat', 'nested'])('calls good files good: every type, %s', async (table) => {
    const isRefused = table === 'nested' && format === 'parquet';
    const source = isRefused ? 'nested_without_geography' : table;
    if (isRefused) {
      await expect(
        engine.start('shop.nested', { format, verify: 'fingerprint' }),
      ).rejects.toMatchObject({ code: 'type-unsupported', details: { field: 'verify' } });
      const few = nestable.filter((name) => name !== 'v_geography');
      await engine.query(`CREATE TABLE shop.${source} AS ${nestedIn(few)} FROM shop.flat`);
    }
    const record = await engine.export(`shop.${source}`, {
      ...options(source, format),
      verify: 'fingerprint',
    });
    expect(record.outcome).toEqual(expect.objectContaining({ state: 'succeeded', rows: 7 }));
    const { verified } = await engine.exporter.manifest(engine.caller, record.id);
    expect(verified.fileFingerprint).toBe(verified.sourceFingerprint);
  });

  it('finds one changed value of each type', async () => {
    const outcomes = await Promise.all(names.map((name) => outcomeOfChange(name, format)));
    const caught = expect.stringMatching(/^verification-failed: .* fingerprint /);
    expect(Object.fromEntries(outcomes)).toEqual(
      Object.fromEntries(names.map((name) => [name, caught])),
    );
  });
});

/** What comes of an export when its file is put in the place of one in which one value is another. */
async function outcomeOfChange(name: string, format: (typeof formats)[number]) {
  const table = `shop.changed_${format}_${name}`;
  await engine.query(
    `CREATE TABLE ${table} AS SELECT * REPLACE (IF(id = 2, ${types[name]?.other ?? ''}, v_${name}) AS v_${name}) FROM shop.flat`,
  );
  const changed = await engine.export(table, { format });
  const id = await engine.start('shop.flat', { format, verify: 'fingerprint' });
  await engine.run(id, ({ steps }) => steps[0]?.state === 'done');
  const shardOf = async (of: string) =>
    (await engine.names(of)).find((each) => each.includes('0000')) ?? '';
  const content = await engine.read(changed.id, await shardOf(changed.id));
  await engine.write(id, await shardOf(id), content);
  const { outcome } = await engine.run(id);
  const text =
    outcome?.state === 'failed'
      ? `${outcome.error.code}: ${outcome.error.message}`
      : outcome?.state;
  return [name, text] as const;
}
