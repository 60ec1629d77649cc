import { createHmac, hkdfSync } from 'node:crypto';
import { textsOfSheet } from './faults/read-sheet';
import { Engine, maskKey } from './support/engine';

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.start('--no-samples');
  const rows = [
    '1,ada@example.com,=1+1,2026-01-15',
    '2,ben@other.org,plain,2026-02-20',
    '3,,-7,2026-02-21',
    '4,dee@example.com,"@x, ""y""",2026-03-01',
  ];
  await engine.load('shop.people', `id,mail,note,day\n${rows.join('\n')}\n`);
  await engine.load('shop.tags', 'id\n1\n2\n');
  await engine.load('other.left', 'id\n1\n');
});
afterAll(() => engine.stop());

/** The lines of a single CSV file, header first. */
async function csvOf(options: object): Promise<string[]> {
  const record = await engine.export('shop.people', { format: 'csv', shape: 'single', ...options });
  expect(record.outcome).toMatchObject({ state: 'succeeded' });
  const text = (await engine.read(record.id, 'people.csv')).toString('utf8');
  const [header = '', ...rows] = text.trimEnd().split('\n');
  return [header, ...rows.toSorted()];
}

/** The key of one column, as docs/masks.md has it. */
const keyOf = (...scope: string[]) =>
  Buffer.from(hkdfSync('sha256', maskKey, 'outhaul-mask-1', JSON.stringify(scope), 32)).toString(
    'hex',
  );
const hmac = (text: string, column = 'mail') =>
  createHmac('sha256', keyOf('table', 'outhaul-local', 'shop', 'people', column))
    .update(text)
    .digest('hex');

it('masks with HMAC-SHA256 as anyone with the key can make it, and shows the key nowhere', async () => {
  const record = await engine.export('shop.people', {
    format: 'csv',
    shape: 'single',
    columns: [{ name: 'id' }, { name: 'mail', mask: { kind: 'sha256' } }],
  });
  const text = (await engine.read(record.id, 'people.csv')).toString('utf8');
  expect(text.trimEnd().split('\n').slice(1).toSorted()).toEqual([
    `1,${hmac('ada@example.com')}`,
    `2,${hmac('ben@other.org')}`,
    '3,',
    `4,${hmac('dee@example.com')}`,
  ]);
  const block = Buffer.from(keyOf('table', 'outhaul-local', 'shop', 'people', 'mail'));
  const padded = Buffer.from(block.map((byte) => byte ^ 0x36)).toString('base64');
  const shown = JSON.stringify([record, await engine.exporter.manifest(engine.caller, record.id)]);
  expect(shown).not.toContain(maskKey);
  expect(shown).not.toContain(padded);
});

it.each<[string, object, string[]]>([
  [
    'columns chosen, renamed and cast',
    {
      columns: [
        { name: 'day', as: 'on' },
        { name: 'id', cast: 'STRING' },
      ],
      limit: 1,
      orderBy: [{ column: 'id', descending: true }],
    },
    ['on,id', '2026-03-01,4'],
  ],
  [
    'rows filtered by bound values',
    {
      columns: [{ name: 'id' }],
      filter: {
        any: [
          { column: 'mail', is: 'ends-with', value: '.org' },
          { column: 'day', is: '>=', value: '2026-03-01' },
        ],
      },
    },
    ['id', '2', '4'],
  ],
  [
    'rows filtered by an expression',
    {
      columns: [{ name: 'id' }],
      filter: { expression: "mail LIKE '%@example.com' AND id < 4 -- (" },
    },
    ['id', '1'],
  ],
  [
    'masks of every kind',
    {
      columns: [
        { name: 'id', mask: { kind: 'null' } },
        { name: 'mail', mask: { kind: 'email-domain' } },
        { name: 'note', mask: { kind: 'keep-first', count: 2 } },
        { name: 'day', mask: { kind: 'date-to-month' } },
        { name: 'mail', as: 'last', mask: { kind: 'keep-last', count: 3 } },
        { name: 'id', as: 'same', mask: { kind: 'constant', value: "it's" } },
      ],
      filter: { all: [{ column: 'id', is: 'in', values: [1, 2] }] },
    },
    [
      'id,mail,note,day,last,same',
      ",example.com,=1**,2026-01-01,************com,it's",
      ",other.org,pl***,2026-02-01,**********org,it's",
    ],
  ],
  [
    'formulas escaped',
    { columns: [{ name: 'note' }], csv: { escapeFormulas: true } },
    ['note', '"\'@x, ""y"""', "'-7", "'=1+1", 'plain'],
  ],
])('writes %s', async (_what, options, expected) => {
  const lines = await csvOf(options);
  expect(lines).toEqual([expected[0], ...expected.slice(1).toSorted()]);
});

it('writes a workbook that holds the table', async () => {
  const record = await engine.export('shop.people', { format: 'xlsx' });
  expect(record.outcome).toMatchObject({ state: 'succeeded', rows: 4, files: 1 });
  const sheet = await engine.read(record.id, 'people-1.xlsx');
  expect(textsOfSheet(sheet, 'A').toSorted()).toEqual(['1', '2', '3', '4', 'id']);
  expect(textsOfSheet(sheet, 'C').toSorted()).toEqual([
    '-7',
    '=1+1',
    '@x, &quot;y&quot;',
    'note',
    'plain',
  ]);
  expect(textsOfSheet(sheet, 'D')).toContain('46037');
});

it('exports a dataset at one instant, and tells of the table that could not be', async () => {
  const { exporter, caller } = engine;
  const request = {
    tables: [
      { dataset: 'shop', table: 'people' },
      { dataset: 'shop', table: 'none' },
      { dataset: 'other', table: 'left' },
    ],
    options: { format: 'jsonl', verify: 'fingerprint' },
  };
  const { id } = await exporter.sets.start(caller, request);
  for (let calls = 0; calls < 200; calls += 1) {
    if ((await exporter.sets.advance(id, caller)).outcome) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const manifest = await exporter.sets.manifest(caller, id);
  expect(manifest.tables).toMatchObject([
    { table: 'outhaul-local.shop.people', state: 'succeeded', rows: 4 },
    { table: 'outhaul-local.shop.none', state: 'refused', error: { code: 'table-not-found' } },
    { table: 'outhaul-local.other.left', state: 'succeeded', rows: 1 },
  ]);
  expect(manifest.totals).toMatchObject({ tables: 3, succeeded: 2, failed: 1, rows: 5 });
});
