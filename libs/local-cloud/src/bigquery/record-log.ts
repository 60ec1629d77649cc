import { type DuckDBConnection } from '@duckdb/node-api';
import { type DuckDatabase } from './duck-database.js';

export type RecordKind = 'dataset' | 'table' | 'job' | 'sequence';

export interface LoggedRecord {
  readonly kind: RecordKind;
  readonly key: string;
  /** Undefined = the record was removed. */
  readonly value: unknown;
}

/**
 * The catalogue's records, inside the database itself: a change of rows and of what is said about them is one
 * transaction. Entries are only ever appended, so writers never conflict; the newest entry of a key counts.
 */
export class RecordLog {
  #next = 1;

  constructor(private readonly database: DuckDatabase) {}

  /** Creates the log when it is missing and yields the live records, oldest change first. */
  async load(): Promise<LoggedRecord[]> {
    return this.database.transaction(async (connection) => {
      await connection.run('CREATE SCHEMA IF NOT EXISTS meta');
      await connection.run('CREATE SCHEMA IF NOT EXISTS data');
      await connection.run(
        'CREATE TABLE IF NOT EXISTS meta.records (seq BIGINT, kind VARCHAR, key VARCHAR, value VARCHAR)',
      );
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
    for (const { kind, key, value } of records)
      await connection.run('INSERT INTO meta.records VALUES ($1, $2, $3, $4)', [
        BigInt(this.#next++),
        kind,
        key,
        value === undefined ? null : JSON.stringify(value),
      ]);
  }

  async #compact(connection: DuckDBConnection): Promise<void> {
    await connection.run(
      `DELETE FROM meta.records WHERE value IS NULL
         OR seq NOT IN (SELECT max(seq) FROM meta.records GROUP BY kind, key)`,
    );
  }
}
