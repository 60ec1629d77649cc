import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32c } from '@node-rs/crc32';
import { foreignClient, withInstalled } from '../support/foreign-client';
import { type LocalCloudProcess } from '../support/local-cloud';
import { Engine, filesBucket, project } from './support/engine';

/** What lies beside the files is for other programs: each is used as they would use it. */
let engine: Engine;
beforeAll(async () => {
  engine = await Engine.start();
  await engine.makeDataset('loaded');
});
afterAll(() => engine.stop());

interface WireField {
  readonly name: string;
  readonly type: string;
  readonly mode?: string;
  readonly fields?: readonly WireField[];
}

async function schemaOf(dataset: string, table: string): Promise<readonly WireField[]> {
  const path = `/bigquery/v2/projects/${project}/datasets/${dataset}/tables/${table}`;
  const answer = await fetch(engine.url + path);
  return ((await answer.json()) as { schema: { fields: WireField[] } }).schema.fields;
}

it.each([
  ['orders', 'parquet'],
  ['orders', 'avro'],
  ['all_types', 'jsonl'],
  ['all_types', 'parquet'],
  ['weather', 'csv'],
] as const)(
  'create-table.sql of %s as %s makes the table that schema.json describes',
  async (table, format) => {
    const { id } = await engine.export(`samples.${table}`, { format });
    const ddl = (await engine.read(id, 'create-table.sql')).toString('utf8');
    const name = `${table}_${format}`;
    await engine.query(ddl.replace(`\`${table}\``, `loaded.\`${name}\``));
    const schema = JSON.parse(
      (await engine.read(id, 'schema.json')).toString('utf8'),
    ) as WireField[];
    expect(await schemaOf('loaded', name)).toEqual(schema);
    if (format !== 'parquet' && format !== 'csv') return;
    // Nothing is lost of the source's own schema but what the plan has said.
    const source = (await schemaOf('samples', table)).map(({ name: column, mode }) => [
      column,
      mode,
    ]);
    expect(schema.map(({ name: column, mode }) => [column, mode])).toEqual(source);
  },
);

it('lists the checksum of each file as other programs compute it', async () => {
  const { id } = await engine.export('samples.orders_by_day', {
    format: 'csv',
    compression: 'gzip',
  });
  const lines = (await engine.read(id, 'checksums.crc32c')).toString('utf8').trimEnd().split('\n');
  const { files } = await engine.exporter.manifest(engine.caller, id);
  expect(lines).toHaveLength(files.length);
  for (const line of lines) {
    const [, sum, name = ''] = /^(\S{8}) {2}(.+)$/.exec(line) ?? [];
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32c(await engine.read(id, name)));
    expect([name, sum]).toEqual([name, bytes.toString('base64')]);
  }
});

withInstalled('bq', () => {
  it('loads the files again with schema.json, row by row the same', async () => {
    const { id } = await engine.export('samples.orders', { format: 'jsonl', compression: 'gzip' });
    const schema = join(engine.folder, 'schema.json');
    writeFileSync(schema, await engine.read(id, 'schema.json'));
    const cloud = { folder: engine.folder } as LocalCloudProcess;
    const bq = foreignClient(cloud, 'bq', [
      `--api=${engine.url}`,
      '--oauth_access_token=any',
      `--project_id=${project}`,
      '--headless',
    ]);
    const files = `gs://${filesBucket}/exports/${id}/try-1/orders-*.jsonl.gz`;
    await bq('load', '--source_format=NEWLINE_DELIMITED_JSON', 'loaded.again', files, schema);
    const rows = (table: string) => `SELECT TO_JSON_STRING(t) AS row_text FROM ${table} AS t`;
    const [[lost, gained, count] = []] = await engine.query(
      `SELECT (SELECT COUNT(*) FROM (${rows('samples.orders')} EXCEPT DISTINCT ${rows('loaded.again')})),
        (SELECT COUNT(*) FROM (${rows('loaded.again')} EXCEPT DISTINCT ${rows('samples.orders')})),
        (SELECT COUNT(*) FROM loaded.again)`,
    );
    expect([lost, gained, count]).toEqual(['0', '0', '30000']);
  });
});
