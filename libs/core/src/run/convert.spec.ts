import { aBench, aField, aRequest, aTable, runToEnd } from '../testing/index.js';
import { cellXml, columnName, escapeXml } from '../xlsx/cell-xml.js';
import { readLines } from '../xlsx/read-lines.js';

const fields = [aField('id', 'INT64'), aField('name')];
const lineOf = (id: number) => JSON.stringify({ id: String(id), name: `=row <${id}>` });

describe('converting to a spreadsheet', () => {
  it('writes typed cells under a header, and leaves none of the lines it was made of', async () => {
    const bench = aBench(aTable({ fields, rowCount: 5 }), [1, 2, 3, 4, 5].map(lineOf));
    bench.warehouse.rowsPerShard = 2;
    const { id } = await bench.exporter.start(bench.owner, aRequest({ format: 'xlsx' }));
    const record = await runToEnd(bench, id);
    expect(record.plan.steps).toEqual(['extract', 'verify', 'convert', 'seal']);
    expect(record.outcome).toMatchObject({ state: 'succeeded', rows: 5, files: 1 });
    expect((await bench.exporter.manifest(bench.owner, id)).files).toMatchObject([
      { name: 'orders-1.xlsx', rows: 5 },
    ]);
    const text = await bench.files.readText('files', `exports/${id}/try-1/orders-1.xlsx`);
    expect(text).toContain('<c r="A6"><v>5</v></c><c r="B6" t="inlineStr">');
    expect(text).toContain('=row &lt;5&gt;');
    expect(await bench.files.list('files', `exports/${id}/try-1/parts/`)).toEqual([]);
  });

  it('splits at the rows of a sheet, each workbook in a call of its own, and goes on where it was', async () => {
    const bench = aBench(
      aTable({ fields, rowCount: 10 }),
      Array.from({ length: 10 }, (_, at) => lineOf(at)),
    );
    bench.warehouse.rowsPerShard = 3;
    const { id } = await bench.exporter.start(
      bench.owner,
      aRequest({ format: 'xlsx', fileName: '{part}', rowsPerFile: 4 }),
    );
    for (let calls = 0; calls < 60; calls += 1) {
      bench.surroundings.now += 10_000;
      // Two instances at once, each step.
      await Promise.all([
        bench.exporter.advance(id, bench.owner),
        bench.exporter.advance(id, bench.owner),
      ]);
    }
    const { files } = await bench.exporter.manifest(bench.owner, id);
    expect(files.map(({ name, rows }) => [name, rows])).toEqual([
      ['1.xlsx', 4],
      ['2.xlsx', 4],
      ['3.xlsx', 2],
    ]);
    const second = await bench.files.readText('files', `exports/${id}/try-1/2.xlsx`);
    expect([...second.matchAll(/<v>(\d+)<\/v>/g)].map(([, value]) => value)).toEqual([
      '4',
      '5',
      '6',
      '7',
    ]);
  });

  it('leaves a cell of NULL empty, whatever its column is called', async () => {
    const names = ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf'];
    const lines = ['{"id":"1"}', '{"id":"2","__proto__":"x","constructor":"y"}'];
    const bench = aBench(
      aTable({
        fields: [aField('id', 'INT64'), ...names.map((name) => aField(name))],
        rowCount: 2,
      }),
      lines,
    );
    const { id } = await bench.exporter.start(bench.owner, aRequest({ format: 'xlsx' }));
    expect((await runToEnd(bench, id)).outcome).toMatchObject({ state: 'succeeded' });
    const text = await bench.files.readText('files', `exports/${id}/try-1/orders-1.xlsx`);
    expect(text).toContain('<row r="2"><c r="A2"><v>1</v></c></row>');
    expect([...text.matchAll(/<c r="([B-F]3)"/g)].map(([, place]) => place)).toEqual(['B3', 'D3']);
    expect(text).not.toContain('native code');
  });

  it.each(['{"id":', 'null', '3', '[1]', '"text"', '{"id":{"a":1}}', '{"id":[1]}'])(
    'fails as not verified on the line %j, without trying again',
    async (line) => {
      const bench = aBench(aTable({ fields, rowCount: 2 }), [lineOf(1), line]);
      const { id } = await bench.exporter.start(bench.owner, aRequest({ format: 'xlsx' }));
      const record = await runToEnd(bench, id);
      expect(record.outcome).toMatchObject({
        state: 'failed',
        step: 'convert',
        error: { code: 'verification-failed' },
      });
    },
  );

  it('fails when a text is longer than a cell can hold', async () => {
    const bench = aBench(aTable({ fields, rowCount: 1 }), [
      JSON.stringify({ id: '1', name: 'x'.repeat(40_000) }),
    ]);
    const { id } = await bench.exporter.start(bench.owner, aRequest({ format: 'xlsx' }));
    expect((await runToEnd(bench, id)).outcome).toMatchObject({
      state: 'failed',
      step: 'convert',
      error: { code: 'type-unsupported', resource: 'name' },
    });
  });
});

it.each([
  ['INT64', '42', '<c r="A1"><v>42</v></c>'],
  ['INT64', '9007199254740993', /t="inlineStr".*9007199254740993/],
  ['NUMERIC', '-0.125', '<c r="A1"><v>-0.125</v></c>'],
  ['NUMERIC', '1234567890.1234567', /inlineStr/],
  ['FLOAT64', 1.5e300, '<c r="A1"><v>1.5e+300</v></c>'],
  ['FLOAT64', 'NaN', /inlineStr.*NaN/],
  ['BOOL', true, '<c r="A1" t="b"><v>1</v></c>'],
  ['BOOL', 'false', '<c r="A1" t="b"><v>0</v></c>'],
  ['DATE', '1900-03-01', '<c r="A1" s="1"><v>61</v></c>'],
  ['DATE', '1900-02-28', /inlineStr/],
  ['DATE', '2026-01-02', '<c r="A1" s="1"><v>46024</v></c>'],
  ['DATETIME', '2026-01-02T12:00:00', '<c r="A1" s="3"><v>46024.5</v></c>'],
  ['TIMESTAMP', '2026-01-02 06:00:00 UTC', '<c r="A1" s="3"><v>46024.25</v></c>'],
  ['TIME', '18:00:00', '<c r="A1" s="2"><v>0.75</v></c>'],
  ['STRING', '=1+1', /t="inlineStr"><is><t xml:space="preserve">=1\+1</],
  ['STRING', null, ''],
] as const)('writes %s %p as %s', (type, value, expected) => {
  const xml = cellXml('A1', value, aField('x', type));
  if (typeof expected === 'string') expect(xml).toBe(expected);
  else expect(xml).toMatch(expected);
});

it.each([
  ['a & <b>', 'a &amp; &lt;b&gt;'],
  ['\u0000\u001f', '_x0000__x001F_'],
  ['_x0041_', '_x005F_x0041_'],
  ['\ud800', '_xD800_'],
  ['😀\t\n', '😀\t\n'],
])('escapes %j', (text, expected) => expect(escapeXml(text)).toBe(expected));

it('names columns as spreadsheets do', () => {
  expect([0, 25, 26, 701, 702, 16_383].map(columnName)).toEqual([
    'A',
    'Z',
    'AA',
    'ZZ',
    'AAA',
    'XFD',
  ]);
});

it('reads lines whose bytes arrive in pieces, and says where each ends', async () => {
  const bytes = new TextEncoder().encode('eins\nzwölf\n\nende');
  async function* pieces() {
    for (const byte of bytes) yield Uint8Array.of(byte);
  }
  const lines = [];
  for await (const { text, end } of readLines(pieces(), 100)) lines.push([text, end]);
  expect(lines).toEqual([
    ['eins', 105],
    ['zwölf', 112],
    ['', 113],
    ['ende', 117],
  ]);
});
