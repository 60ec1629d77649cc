import { AppError, isAppError } from '../errors.js';
import { type Caller } from '../caller.js';
import { isExportId } from '../ids.js';
import { type RecordStore } from '../ports/record-store.js';
import { type ExportRecord } from '../record.js';

/** Finds and changes exports with the eyes of a caller: what they may not see does not exist. */
export class OwnedExports {
  constructor(private readonly records: RecordStore) {}

  async visible(caller: Caller, id: string): Promise<ExportRecord> {
    const record = isExportId(id) ? await this.readIfThere(id) : undefined;
    if (record && (record.owner === caller.email || caller.permissions.has('exports.readAll')))
      return record;
    throw noSuchExport(id);
  }

  async manageable(caller: Caller, id: string): Promise<ExportRecord> {
    const record = await this.visible(caller, id);
    if (record.owner === caller.email || caller.permissions.has('exports.manageAll')) return record;
    throw new AppError(
      'permission-denied',
      `Only ${record.owner} or an admin may change export ${id}.`,
      { permission: 'exports.manageAll' },
    );
  }

  async readIfThere(id: string): Promise<ExportRecord | undefined> {
    try {
      return (await this.records.read(id)).value;
    } catch (error) {
      if (isAppError(error, 'export-not-found')) return undefined;
      throw error;
    }
  }

  /** Replaces the record by `to` of it, again when another was faster; `to` answers the same object for no change. */
  async change(
    caller: Caller,
    id: string,
    to: (record: ExportRecord) => ExportRecord,
  ): Promise<ExportRecord> {
    await this.manageable(caller, id);
    for (let tries = 0; ; tries += 1) {
      const read = await this.records.read(id);
      const next = to(read.value);
      if (next === read.value) return next;
      try {
        const revision = read.value.revision + 1;
        return (await this.records.replace({ ...next, revision }, read.version)).value;
      } catch (error) {
        if (!isAppError(error, 'record-conflict') || tries >= 10) throw error;
      }
    }
  }
}

const noSuchExport = (id: string): AppError =>
  new AppError('export-not-found', 'There is no such export, or you may not see it.', {
    resource: id.slice(0, 40),
  });
