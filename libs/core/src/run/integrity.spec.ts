import { aBench, aRequest, aTable, type Bench, runToEnd } from '../testing/index.js';
import { type ExportRecord } from '../record.js';

/** What anyone who may write in the bucket can do, whatever Outhaul knows of it. */
const write = (bench: Bench, name: string, text: string) =>
  bench.files.put('files', name, text, 'application/octet-stream');

const begun = async (bench: Bench, rest = {}) => {
  const { id } = await bench.exporter.start(bench.owner, aRequest(rest));
  return { id, prefix: `exports/${id}/try-1/` };
};

const finished = async (bench: Bench, rest = {}) => {
  const { id, prefix } = await begun(bench, rest);
  const { outcome } = await runToEnd(bench, id);
  expect(outcome?.state).toBe('succeeded');
  return { id, prefix };
};

const untilDone = async (bench: Bench, id: string, kind: string): Promise<ExportRecord> => {
  for (;;) {
    const record = await bench.exporter.advance(id, bench.owner);
    const step = record.steps.find((each) => each.kind === kind);
    if (step?.state === 'done' || record.outcome) return record;
  }
};

const singleCsv = { format: 'csv', shape: 'single' };

describe('a finished export', () => {
  it('is not handed out with another manifest than the one that was sealed', async () => {
    const bench = aBench();
    const { id, prefix } = await finished(bench);
    const { exporter, owner } = bench;
    const file = `${prefix}orders-000000000000.parquet`;
    const forged = await write(bench, file, 'row 1\nrow 1\nFORGED\n');
    const manifest = await exporter.manifest(owner, id);
    const [first, ...others] = manifest.files;
    const text = JSON.stringify({ ...manifest, files: [{ ...first, ...forged }, ...others] });
    const found = await write(bench, `${prefix}manifest.json`, text);
    for (const call of [
      () => exporter.manifest(owner, id),
      () => exporter.files(owner, id),
      () => exporter.signDownloads(owner, id),
    ])
      await expect(call()).rejects.toMatchObject({
        code: 'files-changed',
        message: expect.stringContaining(`is now generation ${found.generation}`),
        details: { resource: `gs://files/${prefix}manifest.json`, fix: expect.any(String) },
      });
  });

  it.each(['orders-000000000001.parquet', 'schema.json', 'create-table.sql', 'checksums.crc32c'])(
    'is not handed out with another %s, and what was expected and found is told',
    async (name) => {
      const bench = aBench();
      const { id, prefix } = await finished(bench);
      const sealed = await bench.files.stat('files', prefix + name);
      await write(bench, prefix + name, 'FORGED\n');
      const asked = bench.exporter.signDownloads(bench.owner, id, [name]);
      await expect(asked).rejects.toMatchObject({
        code: 'files-changed',
        message: expect.stringMatching(
          new RegExp(`is now generation \\d+ \\(7 bytes.*generation ${sealed?.generation} `),
        ),
      });
      await expect(bench.exporter.files(bench.owner, id)).rejects.toMatchObject({
        code: 'files-changed',
      });
    },
  );

  it('says which file is missing, and still hands out the others', async () => {
    const bench = aBench();
    const { id, prefix } = await finished(bench);
    await bench.files.remove('files', `${prefix}orders-000000000001.parquet`);
    const { exporter, owner } = bench;
    await expect(exporter.signDownloads(owner, id)).rejects.toMatchObject({
      code: 'files-changed',
      message: expect.stringContaining('orders-000000000001.parquet is missing'),
    });
    const [link] = await exporter.signDownloads(owner, id, ['orders-000000000000.parquet']);
    expect(link?.url).toContain(`generation=${link?.file.generation}`);
  });

  it('is handed out as its files are when an earlier version sealed it without pins', async () => {
    const bench = aBench();
    const { id, prefix } = await finished(bench);
    const read = bench.records.read.bind(bench.records);
    bench.records.read = async (asked) => {
      const { value, version } = await read(asked);
      const { sealed: _sealed, shards: _shards, ...figures } = value.figures;
      return { value: { ...value, figures }, version };
    };
    expect(await bench.exporter.files(bench.owner, id)).toHaveLength(7);
    await bench.files.remove('files', `${prefix}schema.json`);
    expect(await bench.exporter.files(bench.owner, id)).toHaveLength(6);
  });
});

describe('an object that is there before Outhaul writes it', () => {
  it.each([
    ['parts/header', 'PLANTED,ROW,1\n'],
    ['orders.csv', 'PLANTED,ROW,1\n'],
    ['schema.json', '[]\n'],
    ['create-table.sql', 'CREATE TABLE t (planted INT64);\n'],
    ['checksums.crc32c', 'AAAAAA==  orders.csv\n'],
  ])('fails the export when it is another: %s', async (name, text) => {
    const bench = aBench(aTable({ rowCount: 100 }));
    const { id, prefix } = await begun(bench, { ...singleCsv, fileName: 'orders' });
    const planted = await write(bench, prefix + name, text);
    expect((await runToEnd(bench, id)).outcome).toMatchObject({
      state: 'failed',
      error: {
        code: 'files-changed',
        message: expect.stringContaining(`generation ${planted.generation} (${text.length} bytes`),
        resource: `gs://files/${prefix}${name}`,
      },
    });
    // The evidence is kept.
    expect((await bench.files.stat('files', prefix + name))?.generation).toBe(planted.generation);
  });

  it('is replaced when it is a manifest, which counts from the seal on', async () => {
    const bench = aBench(aTable({ rowCount: 100 }));
    const { id, prefix } = await begun(bench, { ...singleCsv, fileName: 'orders' });
    await write(bench, `${prefix}manifest.json`, '{"files":[]}\n');
    expect((await runToEnd(bench, id)).outcome).toMatchObject({ state: 'succeeded' });
    const { files } = await bench.exporter.manifest(bench.owner, id);
    expect(files.map(({ name }) => name)).toEqual(['orders.csv']);
  });

  it('fails the export when it has the size and the CRC32C of what would be written, but other bytes', async () => {
    const bench = aBench(aTable({ rowCount: 100 }));
    const { id, prefix } = await begun(bench, { ...singleCsv, fileName: 'orders' });
    const put = bench.files.put.bind(bench.files);
    const planted = await write(bench, `${prefix}parts/header`, 'od,email,day\n');
    const stat = bench.files.stat.bind(bench.files);
    // Whoever knows the bytes can make others with this checksum; here they are told to have it.
    const elsewhere = await put('files', 'elsewhere', 'id,email,day\n', 'text/csv');
    bench.files.stat = async (bucket, name) => {
      const file = await stat(bucket, name);
      return file?.generation === planted.generation ? { ...file, crc32c: elsewhere.crc32c } : file;
    };
    expect((await runToEnd(bench, id)).outcome).toMatchObject({
      state: 'failed',
      error: { code: 'files-changed' },
    });
  });

  it('counts when another call of the same step has made it', async () => {
    const bench = aBench(aTable({ rowCount: 100 }));
    const { id, prefix } = await begun(bench, { ...singleCsv, fileName: 'orders' });
    await write(bench, `${prefix}parts/header`, 'id,email,day\n');
    expect((await runToEnd(bench, id)).outcome?.state).toBe('succeeded');
  });

  it('leaves the manifest of a call that died after it as it is', async () => {
    const bench = aBench();
    const { id, prefix } = await begun(bench);
    const replace = bench.records.replace.bind(bench.records);
    let died = false;
    bench.records.replace = async (record, version) => {
      if (record.outcome && !died) {
        died = true;
        throw new Error('the process is killed');
      }
      return replace(record, version);
    };
    await expect(runToEnd(bench, id)).rejects.toThrow('killed');
    const written = await bench.files.stat('files', `${prefix}manifest.json`);
    bench.surroundings.now += 60_000;
    expect((await runToEnd(bench, id)).outcome?.state).toBe('succeeded');
    expect(await bench.files.stat('files', `${prefix}manifest.json`)).toEqual(written);
    expect((await bench.exporter.manifest(bench.owner, id)).exportId).toBe(id);
  });
});

describe('the shards of BigQuery', () => {
  const shard = 'parts/part-000000000000.csv';
  const sameRows = 'row X\nrow Y\nrow Z\n';

  it.each([
    ['extract', 'verify'],
    ['verify', 'compose'],
  ])('are taken as they were at the end of %s: another is seen in %s', async (before, step) => {
    const bench = aBench(aTable({ rowCount: 100 }));
    const { id, prefix } = await begun(bench, singleCsv);
    const list = bench.files.list.bind(bench.files);
    let isDone = false;
    bench.files.list = async (bucket, at) => {
      const record = (await bench.records.read(id)).value;
      isDone ||= record.steps.find(({ kind }) => kind === before)?.state === 'done';
      return list(bucket, at);
    };
    // One step in each call, so that there is a moment between them.
    const advance = () => untilDone(bench, id, before);
    const realPut = bench.files.put.bind(bench.files);
    const count = bench.warehouse.ensureJob.bind(bench.warehouse);
    bench.warehouse.ensureJob = async (spec) => {
      const state = await count(spec);
      const isNow = before === 'extract' ? spec.id.includes('verify') : state.state === 'done';
      if (isNow && spec.id.includes('verify') && !isDone) {
        isDone = true;
        await realPut('files', prefix + shard, sameRows, 'text/csv');
      }
      return state;
    };
    await advance();
    const { outcome } = await runToEnd(bench, id);
    expect(outcome).toMatchObject({
      state: 'failed',
      error: { code: 'files-changed', resource: `gs://files/${prefix}${shard}` },
    });
    expect(['verify', step]).toContain(outcome?.state === 'failed' ? outcome.step : '');
  });

  it('that were replaced after their job had ended are seen even when no one looked in between', async () => {
    const bench = aBench(aTable({ rowCount: 100 }));
    const { id, prefix } = await begun(bench, singleCsv);
    const getJob = bench.warehouse.getJob.bind(bench.warehouse);
    bench.warehouse.getJob = async (ref) => {
      const state = await getJob(ref);
      if (state.state === 'done' && ref.id.includes('extract')) {
        bench.surroundings.now += 60_000;
        await write(bench, prefix + shard, sameRows);
      }
      return state;
    };
    expect((await runToEnd(bench, id)).outcome).toMatchObject({
      state: 'failed',
      step: 'extract',
      error: { code: 'files-changed', resource: `gs://files/${prefix}${shard}` },
    });
  });

  it('are pinned in an object of their own when they are many, which goes at the seal', async () => {
    const bench = aBench(aTable({ rowCount: 600 }));
    bench.warehouse.rowsPerShard = 1;
    const { id, prefix } = await begun(bench);
    const record = await untilDone(bench, id, 'extract');
    expect(JSON.stringify(record).length).toBeLessThan(20_000);
    expect((await runToEnd(bench, id)).outcome).toMatchObject({ state: 'succeeded', files: 600 });
    expect(await bench.files.list('files', `${prefix}pins/`)).toEqual([]);
    expect(await bench.exporter.files(bench.owner, id)).toHaveLength(604);
  });
});

describe('the manifest of a set', () => {
  const setOf = async (bench: Bench) => {
    const { id } = await bench.exporter.sets.start(bench.owner, {
      dataset: 'shop',
      options: { format: 'parquet' },
    });
    const place = `sets/${id}/manifest.json`;
    const end = async () => {
      for (let calls = 0; calls < 50; calls += 1) {
        const record = await bench.exporter.sets.advance(id, bench.owner);
        if (record.outcome) return record;
        bench.surroundings.now += 10_000;
      }
      throw new Error('the set did not end');
    };
    return { id, place, end };
  };

  it('is the one that was written at its end', async () => {
    const bench = aBench();
    const { id, place, end } = await setOf(bench);
    await end();
    await write(bench, place, '{"tables":[]}\n');
    await expect(bench.exporter.sets.manifest(bench.owner, id)).rejects.toMatchObject({
      code: 'files-changed',
    });
  });

  it('takes the place of one that someone else has put there', async () => {
    const bench = aBench();
    const { id, place, end } = await setOf(bench);
    await write(bench, place, '{"tables":[]}\n');
    await end();
    expect((await bench.exporter.sets.manifest(bench.owner, id)).tables).toMatchObject([
      { state: 'succeeded', manifestSha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
  });
});
