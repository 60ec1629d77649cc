import { type DuckDBAppender, type DuckDBConnection } from '@duckdb/node-api';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Journal, readJournal } from '../storage/journal.js';
import { type DuckDatabase } from './duck-database.js';

export type RecordKind = 'dataset' | 'table' | 'job' | 'sequence';

export interface LoggedRecord {
  readonly kind: RecordKind;
  readonly key: string;
  /** Undefined = the record was removed. */
  readonly value: unknown;
}

interface NumberedRecord {
  readonly seq: number;
  readonly kind: RecordKind;
  readonly key: string;
  /** JSON; null = removed. */
  readonly value: string | null;
}

/** The file beside the database is moved in when it is larger. */
const usualQuickBytes = 4 * 1024 * 1024;
const recordsAtOnce = 500;

/** More records than these are written in bulk. */
const fewRecords = 20;

/**
 * The catalogue's records, inside the database itself: a change of rows and of what is said about them is one
 * transaction. Entries are only ever appended, so writers never conflict; the newest entry of a key counts.
 *
 * What belongs to no change of rows goes to a file beside it, which does not wait for the disk: a commit of DuckDB's
 * does, and behind the files of a large extract that takes a second. Its entries are moved in here at every start, and
 * when they have become many.
 */
export class RecordLog {
  #next = 1;
  #quick!: Journal<NumberedRecord[]>;
  #moving: Promise<void> | undefined;

  private constructor(
    private readonly database: DuckDatabase,
    private readonly mostQuickBytes: number,
  ) {}

  /** Creates the log when it is missing; also gives the live records, oldest change first. */
  static async open(
    database: DuckDatabase,
    mostQuickBytes = usualQuickBytes,
  ): Promise<{ log: RecordLog; records: LoggedRecord[] }> {
    const log = new RecordLog(database, mostQuickBytes);
    const waiting = (await readJournal<NumberedRecord[]>(log.#setAside)).flat();
    log.#quick = await Journal.open<NumberedRecord[]>(
      join(database.folder, 'records.log'),
      (entries) => waiting.push(...entries),
      undefined,
      'after',
    );
    const records = await log.#load(waiting);
    if (log.#quick.size > 0) await log.#quick.rewrite([]);
    await rm(log.#setAside, { force: true });
    return { log, records };
  }

  /** Entries on their way into the database; those that are there already do no harm. */
  get #setAside(): string {
    return join(this.database.folder, 'records.log.moving');
  }

  async #load(waiting: readonly NumberedRecord[]): Promise<LoggedRecord[]> {
    return this.database.transaction(async (connection) => {
      await connection.run('CREATE SCHEMA IF NOT EXISTS meta');
      await connection.run('CREATE SCHEMA IF NOT EXISTS data');
      await connection.run(
        'CREATE TABLE IF NOT EXISTS meta.records (seq BIGINT, kind VARCHAR, key VARCHAR, value VARCHAR)',
      );
      appendAll(await connection.createAppender('records', 'meta'), waiting);
      const reader = await connection.runAndReadAll(
        `SELECT kind, key, arg_max(coalesce(value, ''), seq) AS value, max(seq) AS last, count(*) AS entries
         FROM meta.records GROUP BY ALL ORDER BY last`,
      );
      const rows = reader.getRows();
      let entries = 0;
      const live: LoggedRecord[] = [];
      for (const [kind, key, value, last, count] of rows) {
        entries += Number(count);
        this.#next = Math.max(this.#next, Number(last) + 1);
        if (value !== '')
          live.push({
            kind: kind as RecordKind,
            key: String(key),
            value: JSON.parse(String(value)),
          });
      }
      if (entries > 2 * live.length + 1000) await this.#compact(connection);
      return live;
    });
  }

  /** Appends in the caller's transaction, so that the records live or die with it. */
  async append(connection: DuckDBConnection, records: readonly LoggedRecord[]): Promise<void> {
    const numbered = this.#number(records);
    if (records.length > fewRecords) {
      appendAll(await connection.createAppender('records', 'meta'), numbered);
      return;
    }
    for (const { seq, kind, key, value } of numbered)
      await connection.run('INSERT INTO meta.records VALUES ($1, $2, $3, $4)', [
        BigInt(seq),
        kind,
        key,
        value,
      ]);
  }

  /** Appends records that no transaction holds, all of them or none; the death of this process does not lose them. */
  async appendQuickly(records: readonly LoggedRecord[]): Promise<void> {
    await this.#quick.append(this.#number(records));
    if (this.#quick.size > this.mostQuickBytes)
      // Whatever fails leaves the entries where the next start finds them.
      this.#moving ??= this.#moveIn()
        .catch(() => undefined)
        .finally(() => (this.#moving = undefined));
  }

  async close(): Promise<void> {
    await this.#moving;
    await this.#quick.close();
  }

  /** Moves the quick entries into the database, a little at a time: others want answers meanwhile. */
  async #moveIn(): Promise<void> {
    const left = await readJournal<NumberedRecord[]>(this.#setAside);
    if (left.length === 0) await this.#quick.setAside(this.#setAside);
    const entries = left.length > 0 ? left : await readJournal<NumberedRecord[]>(this.#setAside);
    const records = entries.flat();
    await this.database.transaction(async (connection) => {
      for (let at = 0; at < records.length; at += recordsAtOnce) {
        const appender = await connection.createAppender('records', 'meta');
        appendAll(appender, records.slice(at, at + recordsAtOnce));
        await nextTurn();
      }
    });
    await rm(this.#setAside);
  }

  #number(records: readonly LoggedRecord[]): NumberedRecord[] {
    return records.map(({ kind, key, value }) => ({
      seq: this.#next++,
      kind,
      key,
      value: value === undefined ? null : JSON.stringify(value),
    }));
  }

  async #compact(connection: DuckDBConnection): Promise<void> {
    await connection.run(
      `DELETE FROM meta.records WHERE value IS NULL
         OR seq NOT IN (SELECT max(seq) FROM meta.records GROUP BY kind, key)`,
    );
  }
}

function appendAll(appender: DuckDBAppender, records: readonly NumberedRecord[]): void {
  for (const { seq, kind, key, value } of records) {
    appender.appendBigInt(BigInt(seq));
    appender.appendVarchar(kind);
    appender.appendVarchar(key);
    if (value === null) appender.appendNull();
    else appender.appendVarchar(value);
    appender.endRow();
  }
  appender.closeSync();
}
