import { type Caller } from '../caller.js';
import { type Exporter } from '../exporter.js';
import { type ExportRecord } from '../record.js';
import { type ExportRequest } from '../request/export-request.js';

/** An exporter with what the contract needs around it. */
export interface ExporterUnderTest {
  readonly exporter: Exporter;
  /** May do everything an exporter may, but sees no exports of others. */
  readonly owner: Caller;
  /** The same for somebody else. */
  readonly stranger: Caller;
  /** Of a native table with at least one row. */
  readonly request: ExportRequest;
  readonly rows: number;
  /** Called between two calls of `advance`: time passes. */
  pass(): Promise<void>;
}

/** What every Exporter keeps, whatever it is made of; run it over the fakes, over the service and over direct mode. */
export function keepsExporterContract(make: () => Promise<ExporterUnderTest>): void {
  let under: ExporterUnderTest;
  beforeEach(async () => {
    under = await make();
  });

  const untilEnded = async (id: string): Promise<ExportRecord> => {
    for (let calls = 0; calls < 1_000; calls += 1) {
      const record = await under.exporter.advance(id, under.owner);
      if (record.outcome) return record;
      await under.pass();
    }
    throw new Error(`export ${id} did not end`);
  };

  it('plans without making anything', async () => {
    const { exporter, owner, request } = under;
    const before = (await exporter.list(owner, { pageSize: 1_000 })).items.length;
    const plan = await exporter.plan(owner, request);
    expect(plan).toMatchObject({ engine: { kind: 'extract' }, cost: { free: true } });
    expect(plan.files.examples.length).toBeGreaterThan(0);
    expect((await exporter.list(owner, { pageSize: 1_000 })).items).toHaveLength(before);
  });

  it('takes an export to files that its manifest names, and to links to them', async () => {
    const { exporter, owner, request, rows } = under;
    const { id } = await exporter.start(owner, request);
    expect((await untilEnded(id)).outcome).toMatchObject({ state: 'succeeded', rows });
    const manifest = await exporter.manifest(owner, id);
    expect(manifest).toMatchObject({
      exportId: id,
      totals: { rows },
      verified: { fileRows: rows },
    });
    const stored = await exporter.files(owner, id);
    expect(stored.length).toBe(manifest.files.length + 4);
    const [first] = manifest.files;
    const links = await exporter.signDownloads(owner, id, [first?.name ?? '']);
    expect(links).toMatchObject([{ name: first?.name, url: expect.stringMatching(/^https?:/) }]);
    expect((await exporter.list(owner, { search: id })).items).toMatchObject([{ id, rows }]);
  });

  it('answers the same export to the same key', async () => {
    const { exporter, owner, request } = under;
    const idempotencyKey = `contract-${Date.now()}-${Math.random()}`;
    const first = await exporter.start(owner, request, { idempotencyKey });
    expect((await exporter.start(owner, request, { idempotencyKey })).id).toBe(first.id);
    await expect(
      exporter.start(owner, { ...request, label: 'other' }, { idempotencyKey }),
    ).rejects.toMatchObject({ code: 'idempotency-conflict' });
    await untilEnded(first.id);
  });

  it('ends the same when it is advanced from several sides at once', async () => {
    const { exporter, owner, request, rows } = under;
    const { id } = await exporter.start(owner, request);
    for (let round = 0; round < 5; round += 1) {
      await Promise.all([exporter.advance(id, owner), exporter.advance(id, owner)]);
      await under.pass();
    }
    expect((await untilEnded(id)).outcome).toMatchObject({ state: 'succeeded', rows });
  });

  it('cancels, and has nothing to hand out then', async () => {
    const { exporter, owner, request } = under;
    const { id } = await exporter.start(owner, request);
    await exporter.cancel(owner, id);
    expect((await untilEnded(id)).outcome).toMatchObject({ state: 'cancelled' });
    const conflict = { code: 'state-conflict' };
    await expect(exporter.files(owner, id)).rejects.toMatchObject(conflict);
    await expect(exporter.cancel(owner, id)).rejects.toMatchObject(conflict);
    await expect(exporter.retry(owner, id)).rejects.toMatchObject(conflict);
  });

  it('shows a stranger nothing, in the words for what does not exist', async () => {
    const { exporter, owner, stranger, request } = under;
    const { id } = await exporter.start(owner, request);
    const none = `x${'0'.repeat(19)}`;
    const calls = (each: string) => [
      exporter.get(stranger, each),
      exporter.cancel(stranger, each),
      exporter.retry(stranger, each),
      exporter.remove(stranger, each),
      exporter.manifest(stranger, each),
      exporter.signDownloads(stranger, each),
    ];
    const told = async (each: string) =>
      (await Promise.allSettled(calls(each))).map((result) =>
        result.status === 'rejected' ? [result.reason.code, result.reason.message] : result.status,
      );
    expect(await told(id)).toEqual(await told(none));
    expect((await exporter.list(stranger, { search: id })).items).toEqual([]);
    await untilEnded(id);
  });

  it('removes an export that has ended, with its files', async () => {
    const { exporter, owner, request } = under;
    const { id } = await exporter.start(owner, request);
    await expect(exporter.remove(owner, id)).rejects.toMatchObject({ code: 'state-conflict' });
    await untilEnded(id);
    await exporter.remove(owner, id);
    await expect(exporter.get(owner, id)).rejects.toMatchObject({ code: 'export-not-found' });
  });

  it('names every fault of a request at once', async () => {
    const { exporter, owner, request } = under;
    const faulty = { ...request, format: 'docx', colour: 'red' };
    await expect(exporter.start(owner, faulty)).rejects.toMatchObject({
      code: 'request-invalid',
      details: {
        faults: expect.arrayContaining([
          expect.objectContaining({ field: 'format' }),
          expect.objectContaining({ field: 'colour' }),
        ]),
      },
    });
  });

  it('exports a list of tables as a set, and takes it away with its exports', async () => {
    const { exporter, owner, request, rows } = under;
    const { source, ...options } = request;
    if (source.type !== 'table') throw new Error('the contract needs a table');
    const { project, dataset, table } = source;
    const { id } = await exporter.sets.start(owner, {
      tables: [{ project, dataset, table }],
      options,
    });
    for (
      let calls = 0;
      calls < 1_000 && !(await exporter.sets.advance(id, owner)).outcome;
      calls += 1
    )
      await under.pass();
    expect(await exporter.sets.manifest(owner, id)).toMatchObject({
      totals: { succeeded: 1, rows },
    });
    await exporter.sets.remove(owner, id);
    await expect(exporter.sets.get(owner, id)).rejects.toMatchObject({ code: 'export-not-found' });
  });
}
