import { execFileSync, spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { crc32c } from '@node-rs/crc32';
import { Engine, filesBucket } from './support/engine';

/** Files of 2,048 rows each, the fewest that one thread of the local cloud makes: 3 million rows are more parts than 32 × 32. */
let engine: Engine;
beforeAll(async () => {
  engine = await Engine.start('--shard-bytes', '1000', '--threads', '1');
}, 180_000);
afterAll(() => engine.stop());

it('makes one gzipped CSV of three million rows and more than 1,024 parts', async () => {
  const id = await engine.start('samples.flights', {
    format: 'csv',
    compression: 'gzip',
    shape: 'single',
  });
  const composed = await engine.run(id, ({ steps }) => steps[1]?.state === 'done');
  expect(composed.figures.shardCounts?.[0]).toBeGreaterThan(1_024);
  const record = await engine.run(id);
  expect(record.outcome).toMatchObject({ state: 'succeeded', rows: 3_000_000, files: 1 });
  expect(await engine.names(id)).toEqual([
    'checksums.crc32c',
    'create-table.sql',
    'flights.csv.gz',
    'manifest.json',
    'schema.json',
  ]);

  const file = join(engine.folder, 'flights.csv.gz');
  const object = { bucket: filesBucket, name: `exports/${id}/try-1/flights.csv.gz` };
  await pipeline(Readable.from(engine.files.openRead(object)), createWriteStream(file));
  let checksum = 0;
  for await (const chunk of createReadStream(file)) checksum = crc32c(chunk as Buffer, checksum);
  const base64 = Buffer.alloc(4);
  base64.writeUInt32BE(checksum);
  const [sealed] = (await engine.exporter.manifest(engine.caller, id)).files;
  expect(sealed).toMatchObject({ crc32c: base64.toString('base64'), rows: 3_000_000 });

  const test = spawnSync('gzip', ['-t', '-v', file], { encoding: 'utf8' });
  expect([test.status, test.stderr]).toEqual([0, expect.stringMatching(/OK$/m)]);
  const header = execFileSync('sh', ['-c', 'zcat "$1" | head -1', 'sh', file], {
    encoding: 'utf8',
  }).trim();
  expect(header).toBe('date,delay,distance,origin,destination');
  let rows = 0;
  let headers = 0;
  const lines = createInterface(createReadStream(file).pipe(createGunzip()));
  for await (const line of lines) {
    if (line === header) headers += 1;
    else rows += 1;
  }
  expect([headers, rows]).toEqual([1, 3_000_000]);
}, 300_000);
