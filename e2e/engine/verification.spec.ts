import { type ExportRecord } from '@outhaul/core';
import { Engine, filesBucket } from './support/engine';

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.start('--shard-bytes', '20000', '--no-samples');
  const table = (first: number) =>
    `id,name,amount,day,is_open\n${Array.from({ length: 7_000 }, (_, at) => row(first + at)).join('\n')}\n`;
  await engine.load('shop.orders', table(0));
  // Rows of the same shape and number, but others.
  await engine.load('shop.others', table(100_000));
});
afterAll(() => engine.stop());

const row = (id: number) =>
  [
    id,
    id % 7 === 0 ? '' : `"name, ${id}"`,
    (id * 1.25) / 3,
    `2026-01-${String((id % 28) + 1).padStart(2, '0')}`,
    id % 2 === 0,
  ].join(',');

const formats = ['csv', 'jsonl', 'parquet', 'avro'] as const;
type Format = (typeof formats)[number];

/** An export whose files are written, but not verified yet. */
async function written(
  table: string,
  format: Format,
  verify: 'rows' | 'fingerprint' = 'fingerprint',
): Promise<{ id: string; shards: string[] }> {
  const id = await engine.start(table, { format, verify });
  await engine.run(id, ({ steps }) => steps[0]?.state === 'done');
  return { id, shards: await engine.names(id) };
}

const expectCaught = ({ outcome }: ExportRecord, code: RegExp) =>
  expect(outcome).toMatchObject({
    state: 'failed',
    step: 'verify',
    error: { code: expect.stringMatching(code) },
  });

describe.each(formats)('the fingerprint of %s', (format) => {
  it('is the same in source and files, and both are in the manifest', async () => {
    const { id, shards } = await written('shop.orders', format);
    expect(shards.length).toBeGreaterThan(2);
    expect((await engine.run(id)).outcome).toMatchObject({ state: 'succeeded', rows: 7_000 });
    const { verified } = await engine.exporter.manifest(engine.caller, id);
    expect(verified).toMatchObject({ how: 'fingerprint', sourceRows: 7_000, fileRows: 7_000 });
    expect(verified.fileFingerprint).toMatch(/^-?\d+:-?\d+$/);
    expect(verified.fileFingerprint).toBe(verified.sourceFingerprint);
  });

  it('catches one altered byte', async () => {
    const { id, shards } = await written('shop.orders', format);
    const [, name = ''] = shards;
    const content = await engine.read(id, name);
    // Inside a value: the last letter of some text, or, in a compressed page, just the middle.
    const at =
      format === 'csv' || format === 'jsonl'
        ? content.lastIndexOf('name, ') + 3
        : content.length >> 1;
    content.writeUInt8((content.readUInt8(at) ^ 1) & 0xff, at);
    await engine.write(id, name, content);
    expectCaught(await engine.run(id), /^verification-failed$/);
  });

  it('catches a missing shard', async () => {
    const { id, shards } = await written('shop.orders', format);
    await engine.files.remove(filesBucket, `exports/${id}/try-1/${shards[1]}`);
    expectCaught(await engine.run(id), /^files-changed$/);
  });

  it('catches a shard that is there twice, in the place of another', async () => {
    const { id, shards } = await written('shop.orders', format);
    await engine.write(id, shards[1] ?? '', await engine.read(id, shards[0] ?? ''));
    expectCaught(await engine.run(id), /^verification-failed$/);
  });

  it('catches the shard of another export', async () => {
    const other = await written('shop.others', format);
    const { id, shards } = await written('shop.orders', format);
    await engine.write(id, shards[1] ?? '', await engine.read(other.id, other.shards[1] ?? ''));
    expectCaught(await engine.run(id), /^verification-failed$/);
  });
});

it('begins anew, with another prefix, when an export whose files were wrong is retried', async () => {
  const { id, shards } = await written('shop.orders', 'csv');
  await engine.files.remove(filesBucket, `exports/${id}/try-1/${shards[0]}`);
  expectCaught(await engine.run(id), /^files-changed$/);
  await engine.exporter.retry(engine.caller, id);
  expect((await engine.run(id)).outcome).toMatchObject({ state: 'succeeded', rows: 7_000 });
  expect(await engine.names(id)).toEqual([]);
});

/** Their number stands in each block: no query is needed. */
describe('the rows of Avro', () => {
  it('are counted in every file', async () => {
    const { id, shards } = await written('shop.orders', 'avro', 'rows');
    expect((await engine.run(id)).outcome).toMatchObject({ state: 'succeeded', rows: 7_000 });
    const { files, verified } = await engine.exporter.manifest(engine.caller, id);
    expect(verified.by).toBe('avro blocks');
    expect(files).toHaveLength(shards.length);
    expect(files.reduce((total, { rows = 0 }) => total + rows, 0)).toBe(7_000);
  });

  it.each<[string, (content: Buffer) => Buffer, RegExp]>([
    ['cut short', (content) => content.subarray(0, content.length - 100), /^verification-failed$/],
    [
      'without its rows',
      (content) => content.subarray(0, content.indexOf('avro.codec') + 60),
      /^verification-failed$/,
    ],
    ['that is no Avro', () => Buffer.from('id,name'), /^verification-failed$/],
  ])('are missed in a file %s', async (_what, change, code) => {
    const { id, shards } = await written('shop.orders', 'avro', 'rows');
    await engine.write(id, shards[1] ?? '', change(await engine.read(id, shards[1] ?? '')));
    expectCaught(await engine.run(id), code);
  });
});
