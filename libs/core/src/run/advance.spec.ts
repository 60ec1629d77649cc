import { AppError } from '../errors.js';
import { type ExportRecord } from '../record.js';
import { type ExportRequest } from '../request/export-request.js';
import { aBench, aRequest, type Bench, FakeRecordStore, runToEnd } from '../testing/index.js';

/** Records that take one write a second, as objects do: a write that comes sooner waits. */
class RestingRecords extends FakeRecordStore {
  readonly writtenAtMs: number[] = [];
  /** Thrown by the next writes, one each. */
  readonly refusals: AppError[] = [];
  private clock?: Bench['surroundings'];

  follow(clock: Bench['surroundings']): void {
    this.clock = clock;
    this.writtenAtMs.push(clock.now);
  }

  override restMs(): number {
    const last = this.writtenAtMs.at(-1);
    return last === undefined ? 0 : Math.max(0, last + 1_000 - (this.clock?.now ?? 0));
  }

  override async replace(value: ExportRecord, version: string) {
    await this.clock?.pause(this.restMs());
    const refusal = this.refusals.shift();
    if (refusal) throw refusal;
    this.writtenAtMs.push(this.clock?.now ?? 0);
    return super.replace(value, version);
  }
}

/** An export that has just been accepted; what is on record of it is asked of `records`. */
async function started(rest: Partial<ExportRequest> = {}) {
  const records = new RestingRecords();
  const bench = aBench(undefined, undefined, { records });
  const { id } = await bench.exporter.start(bench.owner, aRequest(rest));
  records.follow(bench.surroundings);
  const onRecord = async () => (await records.read(id)).value;
  return { bench, records, id, onRecord, advance: () => bench.exporter.advance(id, bench.owner) };
}

describe('writing the record', () => {
  it('takes one write of a short export, a second after the one that accepted it', async () => {
    const { bench, records, id } = await started();
    const acceptedAtMs = bench.surroundings.now;
    const record = await runToEnd(bench, id);
    expect(record.outcome?.state).toBe('succeeded');
    expect(records.writtenAtMs).toEqual([acceptedAtMs, acceptedAtMs + 1_000]);
    expect(record.revision).toBe(2);
  });

  it('puts a job that runs on on record, as soon as the record may be written', async () => {
    const { bench, onRecord, advance } = await started();
    bench.warehouse.pollsUntilDone = 100;
    const acceptedAtMs = bench.surroundings.now;
    await advance();
    expect(bench.surroundings.now).toBe(acceptedAtMs + 1_000);
    expect((await onRecord()).steps[0]).toMatchObject({
      state: 'running',
      attempt: 1,
      job: { id: expect.stringContaining('_extract_1') as string },
    });
  });

  it('puts what is known on record while a step takes long', async () => {
    const { bench, id, onRecord } = await started();
    const seen: (string | undefined)[] = [];
    bench.files.countRows = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      seen.push((await onRecord()).steps[0]?.state);
      return 7 / 3;
    };
    await runToEnd(bench, id);
    expect(seen.at(-1)).toBe('done');
  });

  it('deletes the parts only when the joined file is on record', async () => {
    const { bench, records, id, onRecord } = await started({ format: 'csv', shape: 'single' });
    const deleted: boolean[] = [];
    const remove = bench.files.remove.bind(bench.files);
    bench.files.remove = async (bucket, name) => {
      deleted.push((await onRecord()).figures.fileCounts !== undefined);
      return remove(bucket, name);
    };
    const record = await runToEnd(bench, id);
    expect(record.outcome).toMatchObject({ state: 'succeeded', files: 1 });
    expect(deleted.length).toBeGreaterThan(1);
    expect(new Set(deleted)).toEqual(new Set([true]));
    expect(records.writtenAtMs.length).toBeLessThanOrEqual(4);
  });

  it('deletes what the source was counted by only when the count is on record', async () => {
    const { bench, id, onRecord } = await started({ verify: 'fingerprint' });
    const deleted: boolean[] = [];
    const remove = bench.files.remove.bind(bench.files);
    bench.files.remove = async (bucket, name) => {
      deleted.push((await onRecord()).figures.sourceFingerprint !== undefined);
      return remove(bucket, name);
    };
    expect((await runToEnd(bench, id)).outcome?.state).toBe('succeeded');
    expect(new Set(deleted)).toEqual(new Set([true]));
  });

  it('takes back the parts that it makes when another call has finished the files', async () => {
    const { bench, records, id, advance } = await started({ format: 'csv', shape: 'single' });
    const late = bench.files.put.bind(bench.files);
    let isFirst = true;
    // This call is held up before it writes the header of the parts, until another has sealed the export.
    bench.files.put = async (...write) => {
      if (isFirst && write[1].endsWith('parts/header')) {
        isFirst = false;
        await runToEnd(bench, id);
      }
      return late(...write);
    };
    for (let calls = 0; calls < 5; calls += 1) await advance();
    expect((await records.read(id)).value.outcome?.state).toBe('succeeded');
    expect(await bench.files.list('files', `exports/${id}/try-1/parts/`)).toEqual([]);
  });

  it('loses no step and no try to a write that is refused', async () => {
    const { bench, records, id, onRecord, advance } = await started();
    const refusal = new AppError('quota-exceeded', 'The object exceeded the rate limit.');
    records.refusals.push(refusal, refusal);
    for (let tries = 0; tries < 2; tries += 1) await expect(advance()).rejects.toBe(refusal);
    expect((await onRecord()).revision).toBe(1);
    const record = await runToEnd(bench, id);
    expect(record.outcome?.state).toBe('succeeded');
    expect(record.steps.map(({ attempt, faults }) => [attempt, faults])).toEqual(
      record.steps.map(() => [1, undefined]),
    );
    expect(bench.warehouse.jobs.size).toBe(1);
  });

  it('finds the job that a call began that died before it could write', async () => {
    const { bench, records, id, advance } = await started();
    bench.warehouse.pollsUntilDone = 100;
    records.refusals.push(new AppError('upstream-unavailable', 'The instance is gone.'));
    await expect(advance()).rejects.toMatchObject({ code: 'upstream-unavailable' });
    await bench.exporter.cancel(bench.owner, id);
    const record = await runToEnd(bench, id);
    expect(record.outcome?.state).toBe('cancelled');
    expect([...bench.warehouse.jobs.values()].map(({ state }) => state.error?.reason)).toEqual([
      'stopped',
    ]);
  });
});
