import { AppError } from '../errors.js';
import { type KeyClaim, type RecordStore, type Versioned } from '../ports.js';
import { type ExportRecord, type RecordSummary, summaryOf } from '../record.js';
import { type Page, type PageRequest } from '../table.js';

/** Records in memory, as texts, so that nobody shares an object with the store. */
export class FakeRecordStore implements RecordStore {
  private readonly records = new Map<string, { text: string; version: number }>();
  private readonly keys = new Map<string, KeyClaim>();
  private version = 0;

  async create(record: ExportRecord) {
    if (this.records.has(record.id)) throw new AppError('record-conflict', `${record.id} exists.`);
    return this.write(record);
  }

  async read(id: string): Promise<Versioned<ExportRecord>> {
    const held = this.records.get(id);
    if (!held) throw new AppError('export-not-found', `There is no export ${id}.`);
    return { value: JSON.parse(held.text) as ExportRecord, version: String(held.version) };
  }

  async replace(record: ExportRecord, version: string) {
    if (String(this.records.get(record.id)?.version) !== version) {
      throw new AppError('record-conflict', `${record.id} has been replaced meanwhile.`);
    }
    return this.write(record);
  }

  async remove(id: string) {
    this.records.delete(id);
  }

  async list({ pageSize = 1_000, pageToken }: PageRequest): Promise<Page<RecordSummary>> {
    const ids = [...this.records.keys()]
      .sort()
      .filter((id) => pageToken === undefined || id > pageToken);
    const shown = ids.slice(0, pageSize);
    const items = await Promise.all(
      shown.map(async (id) => summaryOf((await this.read(id)).value)),
    );
    return { items, nextPageToken: ids.length > shown.length ? shown.at(-1) : undefined };
  }

  async claimKey(owner: string, key: string, claim: KeyClaim) {
    const name = `${owner}\n${key}`;
    const present = this.keys.get(name);
    if (present) return present;
    this.keys.set(name, claim);
    return claim;
  }

  private write(record: ExportRecord): Versioned<ExportRecord> {
    this.version += 1;
    this.records.set(record.id, { text: JSON.stringify(record), version: this.version });
    return { value: record, version: String(this.version) };
  }
}
