import { isAppError } from '../errors.js';
import { type Versioned } from '../ports/record-store.js';
import { type ExportRecord } from '../record.js';
import { type RunDeps } from './run-deps.js';

/** What has been found out may be ahead of the record for about this long, so that a record is written once a second. */
const mostUnsavedMs = 1_000;

/** An export's record, and what this call knows beyond it. */
export class KeptRecord {
  private known: ExportRecord;
  private changedAtMs: number | undefined;

  constructor(
    private onRecord: Versioned<ExportRecord>,
    private readonly deps: Pick<RunDeps, 'records' | 'surroundings'>,
  ) {
    this.known = onRecord.value;
  }

  get value(): ExportRecord {
    return this.known;
  }

  get isChanged(): boolean {
    return this.changedAtMs !== undefined;
  }

  /** What is known should be written before anything else is done. */
  get isDue(): boolean {
    return this.unsavedMs >= mostUnsavedMs;
  }

  /** How long the record may not be written yet. */
  get restMs(): number {
    return this.deps.records.restMs(this.known.id);
  }

  change(to: ExportRecord): void {
    this.known = to;
    if (isSame(to, this.onRecord.value)) this.changedAtMs = undefined;
    else this.changedAtMs ??= this.deps.surroundings.nowMs();
  }

  /** Writes what has changed, when the record may be written; throws `record-conflict` when another has replaced it. */
  async save(): Promise<void> {
    if (!this.isChanged) return;
    const revision = this.onRecord.value.revision + 1;
    this.onRecord = await this.deps.records.replace(
      { ...this.known, revision },
      this.onRecord.version,
    );
    this.known = this.onRecord.value;
    this.changedAtMs = undefined;
  }

  /** Does the work; when that takes long, it writes what is known so far. */
  async whileSaving<T>(work: () => Promise<T>): Promise<T> {
    if (!this.isChanged) return work();
    const working = work();
    let isDone = false;
    const done = (): void => void (isDone = true);
    const settled = working.then(done, done);
    await this.deps.surroundings.pause(Math.max(0, mostUnsavedMs - this.unsavedMs), settled);
    if (isDone) return working;
    const [worked, saved] = await Promise.allSettled([working, this.save()]);
    // Whatever else kept it from being written, it is tried again with what the work has come to.
    if (saved.status === 'rejected' && isAppError(saved.reason, 'record-conflict'))
      throw saved.reason;
    if (worked.status === 'rejected') throw worked.reason;
    return worked.value;
  }

  private get unsavedMs(): number {
    return this.changedAtMs === undefined ? 0 : this.deps.surroundings.nowMs() - this.changedAtMs;
  }
}

const isSame = (a: ExportRecord, b: ExportRecord): boolean =>
  JSON.stringify({ ...a, revision: 0 }) === JSON.stringify({ ...b, revision: 0 });
