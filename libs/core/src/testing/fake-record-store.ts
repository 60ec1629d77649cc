import { AppError } from '../errors.js';
import {
  type KeyClaim,
  type ListedPage,
  type RecordStore,
  type Versioned,
  type VersionedStore,
} from '../ports/record-store.js';
import { type ExportRecord, type RecordSummary, summaryOf } from '../record.js';
import { type PageRequest } from '../table.js';

interface Stored {
  readonly id: string;
}

/** Versioned values in memory, as texts, so that nobody shares an object with the store. */
export class FakeVersionedStore<T extends Stored, S extends Stored> implements VersionedStore<
  T,
  S
> {
  private readonly held = new Map<string, { text: string; version: number }>();
  private version = 0;

  constructor(private readonly summarize: (value: T) => S) {}

  async create(value: T) {
    if (this.held.has(value.id)) throw new AppError('record-conflict', `${value.id} exists.`);
    return this.write(value);
  }

  async read(id: string): Promise<Versioned<T>> {
    const held = this.held.get(id);
    if (!held) throw new AppError('export-not-found', `There is no export ${id}.`);
    return { value: JSON.parse(held.text) as T, version: String(held.version) };
  }

  async replace(value: T, version: string) {
    if (String(this.held.get(value.id)?.version) !== version) {
      throw new AppError('record-conflict', `${value.id} has been replaced meanwhile.`);
    }
    return this.write(value);
  }

  restMs(_id?: string): number {
    return 0;
  }

  async remove(id: string) {
    this.held.delete(id);
  }

  async list({ pageSize = 1_000, pageToken }: PageRequest): Promise<ListedPage<S>> {
    const ids = [...this.held.keys()]
      .sort()
      .filter((id) => pageToken === undefined || id > pageToken);
    const shown = ids.slice(0, pageSize);
    const items = await Promise.all(
      shown.map(async (id) => this.summarize((await this.read(id)).value)),
    );
    return { items, nextPageToken: ids.length > shown.length ? shown.at(-1) : undefined };
  }

  private write(value: T): Versioned<T> {
    this.version += 1;
    this.held.set(value.id, { text: JSON.stringify(value), version: this.version });
    return { value, version: String(this.version) };
  }
}

/** The exports' states in memory. */
export class FakeRecordStore
  extends FakeVersionedStore<ExportRecord, RecordSummary>
  implements RecordStore
{
  private readonly keys = new Map<string, KeyClaim>();

  constructor() {
    super(summaryOf);
  }

  async claimKey(owner: string, key: string, claim: KeyClaim) {
    const name = `${owner}\n${key}`;
    const present = this.keys.get(name);
    if (present) return present;
    this.keys.set(name, claim);
    return claim;
  }
}
