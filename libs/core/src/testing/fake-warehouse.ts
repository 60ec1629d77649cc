import { AppError } from '../errors.js';
import {
  type DryRun,
  type JobRef,
  type JobSpec,
  type JobState,
  type QuerySpec,
  type Warehouse,
} from '../ports/warehouse.js';
import { type Field } from '../schema.js';
import {
  type Page,
  type PartitionSummary,
  tableName,
  type TableMetadata,
  type TableRef,
  type TableSummary,
} from '../table.js';
import { type FakeFileStore } from './fake-file-store.js';

interface FakeJob {
  readonly spec: JobSpec;
  state: JobState;
  polls: number;
}

/** BigQuery in memory: it does not understand SQL, it counts and writes rows as the export needs it. */
export class FakeWarehouse implements Warehouse {
  readonly tables = new Map<string, { metadata: TableMetadata; rows: readonly string[] }>();
  readonly jobs = new Map<string, FakeJob>();
  /** How many times a job is seen running before it is done. */
  pollsUntilDone = 1;
  rowsPerShard = 3;
  /** Files that a source without rows becomes. */
  shardsOfNothing = 1;
  /** What a dry run says that it reads. */
  queryTables: TableRef[] = [];
  /** Reasons with which the next jobs fail, in order; `undefined` = well. */
  readonly failures: (string | undefined)[] = [];
  denied: readonly string[] = [];
  rowPolicies: number | undefined = 0;
  dryRunBytes = 1_000;
  /** Schema of every query. */
  queryFields: readonly Field[] = [];
  /** Hears of each dry run; an error that it throws is BigQuery's refusal. */
  onDryRun: (query: QuerySpec) => void = () => undefined;
  maxTimeTravelHours = 168;
  /** Google's clock, as far as it has been told. */
  nowMs = Date.parse('2026-03-01T12:00:00Z');
  partitions: readonly PartitionSummary[] = [];

  constructor(private readonly files: FakeFileStore) {}

  add(metadata: TableMetadata, rows: readonly string[]): void {
    this.tables.set(tableName(metadata.ref), { metadata, rows });
  }

  async listDatasets() {
    return { items: [] };
  }

  async listTables(project: string, dataset: string): Promise<Page<TableSummary>> {
    const items = [...this.tables.values()]
      .filter(({ metadata: { ref } }) => ref.project === project && ref.dataset === dataset)
      .map(({ metadata: { ref, kind } }) => ({ ref, kind, partitioned: false }));
    return { items };
  }

  async getDataset() {
    return { location: 'US', maxTimeTravelHours: this.maxTimeTravelHours };
  }

  async getTable(ref: TableRef) {
    return this.find(ref).metadata;
  }

  async listPartitions() {
    return this.partitions;
  }

  async previewRows() {
    return { items: [] };
  }

  async dryRun(query: QuerySpec): Promise<DryRun> {
    this.onDryRun(query);
    return {
      bytes: this.dryRunBytes,
      fields: this.queryFields,
      statementType: 'SELECT',
      tables: this.queryTables,
      atMs: this.nowMs,
    };
  }

  async testTablePermissions(_ref: TableRef, permissions: readonly string[]) {
    return this.held(permissions);
  }

  async testProjectPermissions(_project: string, permissions: readonly string[]) {
    return this.held(permissions);
  }

  async testBucketPermissions(_bucket: string, permissions: readonly string[]) {
    return this.held(permissions);
  }

  async countRowPolicies() {
    return this.rowPolicies;
  }

  async ensureJob(spec: JobSpec): Promise<JobState> {
    if (!this.jobs.has(spec.id)) {
      const reason = this.failures.shift();
      const ref = { project: spec.project, location: spec.location, id: spec.id };
      const error =
        reason === undefined ? undefined : { reason, message: `made to fail: ${reason}` };
      this.jobs.set(spec.id, {
        spec,
        polls: 0,
        state: { ref, state: error ? 'done' : 'pending', error },
      });
    }
    return this.getJob(spec);
  }

  async getJob(ref: JobRef): Promise<JobState> {
    const job = this.jobs.get(ref.id);
    if (!job) throw new AppError('job-lost', `BigQuery does not know job ${ref.id}.`);
    if (job.state.state === 'done') return job.state;
    job.polls += 1;
    job.state =
      job.polls > this.pollsUntilDone ? await this.finish(job) : { ...job.state, state: 'running' };
    return job.state;
  }

  async cancelJob(ref: JobRef) {
    const job = this.jobs.get(ref.id);
    if (job && job.state.state !== 'done') {
      job.state = {
        ...job.state,
        state: 'done',
        error: { reason: 'stopped', message: 'cancelled' },
      };
    }
  }

  private async finish({ spec, state }: FakeJob): Promise<JobState> {
    const atMs = this.files.nowMs();
    const done = { ...state, state: 'done' as const, startedMs: atMs, finishedMs: atMs };
    if (spec.kind === 'extract') {
      const { rows } = this.find({
        ...spec.source,
        table: spec.source.table.replace(/[@$].*/, ''),
      });
      return { ...done, fileCount: await this.write(spec.uris[0] ?? '', rows) };
    }
    const rows = [...this.tables.values()][0]?.rows ?? [];
    const exports = spec.sql.split('EXPORT DATA').slice(1);
    if (exports.length === 0) {
      const counted = spec.files ? await this.rowsInFiles(spec.files.uris) : rows;
      return spec.wantsRow ? { ...done, firstRow: countOf(counted) } : done;
    }
    let fileCount = 0;
    for (const statement of exports) {
      const [, uri = ''] = /uri='([^']+)'/.exec(statement) ?? [];
      const isCount = statement.includes('row_count');
      const written = isCount ? [JSON.stringify(countOf(rows))] : rows;
      fileCount += await this.write(uri, written);
    }
    // A multi-statement job says nothing of what its statements have written.
    if (spec.sql.startsWith('CREATE TEMP TABLE')) return done;
    return { ...done, fileCount, rowCount: rows.length };
  }

  private async write(uri: string, rows: readonly string[]): Promise<number> {
    const [, bucket = '', pattern = ''] = /^gs:\/\/([^/]+)\/(.*)$/.exec(uri) ?? [];
    const count =
      rows.length === 0 ? this.shardsOfNothing : Math.ceil(rows.length / this.rowsPerShard);
    for (let index = 0; index < count; index += 1) {
      const shard = rows.slice(index * this.rowsPerShard, (index + 1) * this.rowsPerShard);
      const name = pattern.replace('*', String(index).padStart(12, '0'));
      await this.files.put(
        bucket,
        name,
        shard.map((row) => `${row}\n`).join(''),
        'application/octet-stream',
      );
    }
    return count;
  }

  private async rowsInFiles(uris: readonly string[]): Promise<string[]> {
    const texts = await Promise.all(
      uris.map((uri) => {
        const [, bucket = '', name = ''] = /^gs:\/\/([^/]+)\/(.*)$/.exec(uri) ?? [];
        return this.files.readText(bucket, name);
      }),
    );
    return texts.join('').split('\n').filter(Boolean);
  }

  private find(ref: TableRef) {
    const table = this.tables.get(tableName(ref));
    if (table) return table;
    throw new AppError(
      'table-not-found',
      `Table ${tableName(ref)} does not exist, or you may not see it.`,
    );
  }

  private held(permissions: readonly string[]) {
    return permissions.filter((permission) => !this.denied.includes(permission));
  }
}

const countOf = (rows: readonly string[]) => ({
  row_count: String(rows.length),
  fingerprint: rows.toSorted().join('|'),
});
