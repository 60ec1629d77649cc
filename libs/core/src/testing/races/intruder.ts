import { type StoredFile } from '../../ports/file-store.js';
import { type FakeFileStore } from '../fake-file-store.js';
import { type Chance } from './seeded.js';

/** What the intruder knows: where the export's objects are, or will be, and how far it is. */
export interface Target {
  readonly prefix: string;
  /** What an export of this kind ever has below its prefix, by name. */
  readonly contents: ReadonlyMap<string, string>;
  /** The shards are taken: what is written from now on cannot be what BigQuery has written. */
  readonly isTaken: boolean;
  /** The values of the rows are compared, not their number alone. */
  readonly hasFingerprint: boolean;
}

/** Someone with the rights of an exporter at Google, and time: writes, deletes, plants and renames what they like. */
export class Intruder {
  readonly story: string[] = [];

  constructor(
    private readonly store: FakeFileStore,
    private readonly chance: Chance,
  ) {}

  async act(target: Target): Promise<void> {
    const present = await this.store.list('files', target.prefix);
    switch (this.chance.pick(['overwrite', 'delete', 'plant', 'plant', 'rename'] as const)) {
      case 'overwrite':
        return this.overwrite(present, target);
      case 'delete':
        return this.remove(present);
      case 'plant':
        return this.plant(target);
      case 'rename':
        return this.rename(present, target);
    }
  }

  private async overwrite(present: readonly StoredFile[], target: Target): Promise<void> {
    if (present.length === 0) return;
    const { name } = this.chance.pick(present);
    const text = await this.textOf(name);
    if (text === undefined) return;
    await this.write('overwrites', name, forged(text, this.mayKeepCount(name, target)));
  }

  private async remove(present: readonly StoredFile[]): Promise<void> {
    if (present.length === 0) return;
    const { name } = this.chance.pick(present);
    this.story.push(`deletes ${name}`);
    await this.store.remove('files', name);
  }

  private async plant(target: Target): Promise<void> {
    const [place, text] = this.chance.pick([...target.contents]);
    const name = target.prefix + place;
    await this.write('plants', name, forged(text, this.mayKeepCount(name, target)));
  }

  /** Copy and delete: a name gets the bytes of another. */
  private async rename(present: readonly StoredFile[], target: Target): Promise<void> {
    if (present.length === 0) return;
    const { name } = this.chance.pick(present);
    const text = await this.textOf(name);
    if (text === undefined) return;
    const to = target.prefix + this.chance.pick([...target.contents.keys()]);
    if (to === name) return;
    this.story.push(`deletes ${name} for`);
    await this.store.remove('files', name);
    await this.write('copy to', to, text);
  }

  /**
   * A shard that is replaced by one with as many rows, in the seconds before it is taken, is seen by a fingerprint only
   * (docs/adr/0090-integrity-from-the-record.md). So is the row that counts the source, together with the shards.
   */
  private mayKeepCount(name: string, { isTaken, hasFingerprint }: Target): boolean {
    const isOfBigQuery = /\d{12}/.test(name);
    return !isOfBigQuery || isTaken || (hasFingerprint && !name.includes('/witness/'));
  }

  /** Undefined when an act at the same moment has taken it away. */
  private async textOf(name: string): Promise<string | undefined> {
    return (await this.store.stat('files', name)) && this.store.readText('files', name);
  }

  private async write(verb: string, name: string, text: string): Promise<void> {
    this.story.push(`${verb} ${name} (${text.length} bytes)`);
    await this.store.put('files', name, text, 'application/octet-stream');
  }
}

/** The text with a forged value of the same length; with another number of rows where that must be. */
function forged(text: string, mayKeepCount: boolean): string {
  const changed = text.replace(/\d/, (digit) => String((Number(digit) + 1) % 10));
  return mayKeepCount && changed !== text ? changed : `${text}{"id":"99","name":"PLANTED"}\n`;
}
