import { type AuditEvent } from '../audit/audit-event.js';
import { type Permission, permissions } from '../access/permissions.js';
import { type Caller } from '../caller.js';
import { makeExporter } from '../make-exporter.js';
import { type Signer } from '../ports/signer.js';
import { type Surroundings, type ZipEntry } from '../ports/surroundings.js';
import { type ExportRequest } from '../request/export-request.js';
import { type Field } from '../schema.js';
import { type TableMetadata } from '../table.js';
import { crc32cOf, FakeFileStore } from './fake-file-store.js';
import { summaryOfSet } from '../sets/set-record.js';
import { FakeRecordStore, FakeVersionedStore } from './fake-record-store.js';
import { FakeWarehouse } from './fake-warehouse.js';

export const aField = (
  name: string,
  type: Field['type'] = 'STRING',
  rest: Partial<Field> = {},
): Field => ({
  name,
  type,
  mode: 'NULLABLE',
  ...rest,
});

export const aTable = (rest: Partial<TableMetadata> = {}): TableMetadata => ({
  ref: { project: 'demo-project', dataset: 'shop', table: 'orders' },
  kind: 'table',
  fields: [aField('id', 'INT64'), aField('email'), aField('day', 'DATE')],
  location: 'US',
  etag: 'etag-1',
  createdMs: 1_000,
  modifiedMs: 2_000,
  rowCount: 7,
  sizeBytes: 700,
  hasStreamingBuffer: false,
  isIceberg: false,
  readAtMs: Date.parse('2026-03-01T12:00:00Z'),
  ...rest,
});

export const aRequest = (rest: Partial<ExportRequest> = {}): ExportRequest => ({
  source: { type: 'table', dataset: 'shop', table: 'orders' },
  format: 'parquet',
  ...rest,
});

/** A clock that stands still until it is moved, and chance that repeats itself. */
export class FakeSurroundings implements Surroundings {
  private drawn = 0;
  constructor(public now = Date.parse('2026-03-01T12:00:00Z')) {}
  nowMs = () => this.now;
  /** Passes at once, unless what is waited for is there in a moment. */
  pause = async (ms: number, sooner?: Promise<unknown>) => {
    let isOver = false;
    const end = () => void (isOver = true);
    const settled = sooner?.then(end, end);
    await Promise.race([
      settled ?? Promise.resolve(),
      new Promise((resolve) => setTimeout(resolve)),
    ]);
    if (!isOver) this.now += ms;
  };
  random = (bytes: number) =>
    Uint8Array.from({ length: bytes }, () => (this.drawn = (this.drawn * 73 + 41) % 251));
  sha256 = (text: string) =>
    Array.from({ length: 8 }, (_, round) =>
      crc32cOf(new TextEncoder().encode(`${round} ${text}`))
        .toString(16)
        .padStart(8, '0'),
    ).join('');
  /** The texts of the files one after the other, each under its name. */
  zip = async function* (entries: AsyncIterable<ZipEntry>) {
    for await (const { name, content } of entries) {
      yield new TextEncoder().encode(`== ${name}\n`);
      for await (const piece of content) yield new TextEncoder().encode(piece);
    }
  };
  gzip = async (text: string) => new TextEncoder().encode(`gzip(${text})`);
}

/** An exporter on fakes, with one table of seven rows, and the people who use it. */
export function aBench(
  table: TableMetadata = aTable(),
  rows?: readonly string[],
  {
    records = new FakeRecordStore(),
    maxRetentionDays,
    signer,
  }: {
    readonly records?: FakeRecordStore;
    readonly maxRetentionDays?: number;
    readonly signer?: Signer;
  } = {},
) {
  const files = new FakeFileStore({ files: 'US', 'files-eu': 'EU' });
  const warehouse = new FakeWarehouse(files);
  const surroundings = new FakeSurroundings();
  files.nowMs = surroundings.nowMs;
  const audit: AuditEvent[] = [];
  warehouse.add(
    table,
    rows ?? Array.from({ length: table.rowCount ?? 7 }, (_, index) => `row ${index}`),
  );
  const deps = {
    records,
    sets: new FakeVersionedStore(summaryOfSet),
    files,
    service: warehouse,
    serviceProject: 'demo-project',
    maskKeys: (scope: string) => `key of ${scope}`.padEnd(64).slice(0, 64),
    signer,
    surroundings,
    settings: {
      defaultProject: 'demo-project',
      filesBuckets: ['files', 'files-eu'],
      pricePerTib: 6.25,
      currency: 'USD',
      urlLifetimeMs: 3_600_000,
      maxRetentionDays,
    },
    audit: {
      async write(event: AuditEvent) {
        audit.push(event);
      },
      note: (event: AuditEvent) => void audit.push(event),
    },
  };
  const person = (email: string, held: readonly Permission[] = permissions): Caller => ({
    email,
    permissions: new Set(held),
    warehouse,
  });
  const ordinary = permissions.filter((permission) => !/All$|^(activity|access)/.test(permission));
  return {
    ...deps,
    deps,
    audit,
    warehouse,
    exporter: makeExporter(deps),
    owner: person('owner@example.com', ordinary),
    stranger: person('stranger@example.com', ordinary),
    admin: person('admin@example.com'),
    person,
  };
}

export type Bench = ReturnType<typeof aBench>;

/** Advances until the export has ended; the clock moves with each call. */
export async function runToEnd(bench: Bench, id: string, caller: Caller | undefined = bench.owner) {
  for (let calls = 0; calls < 200; calls += 1) {
    const record = await bench.exporter.advance(id, caller);
    if (record.outcome) return record;
    bench.surroundings.now += 10_000;
  }
  throw new Error(`export ${id} did not end`);
}
