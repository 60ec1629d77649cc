import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** A row of a small answer, by column. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * DuckDB under the tables: one database file, several connections. A connection serialises its statements, so each job
 * has one of its own and everything short shares a few.
 */
export class Engine {
  readonly #idle: DuckDBConnection[] = [];
  readonly #instance: DuckDBInstance;

  private constructor(
    instance: DuckDBInstance,
    readonly workFolder: string,
  ) {
    this.#instance = instance;
  }

  /** Opens (or makes) the database in `folder`. Nothing may be installed or loaded from elsewhere. */
  static async open(folder: string): Promise<Engine> {
    const workFolder = join(folder, 'work');
    await mkdir(workFolder, { recursive: true });
    const instance = await DuckDBInstance.create(join(folder, 'tables.duckdb'), {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      temp_directory: join(folder, 'spill'),
      preserve_insertion_order: 'true',
      memory_limit: '1GB',
    });
    return new Engine(instance, workFolder);
  }

  /** Lends a connection of its own to `work`; `signal` interrupts what runs on it. */
  async withConnection<T>(work: (connection: DuckDBConnection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const connection = this.#idle.pop() ?? (await this.#connect());
    const interrupt = (): void => connection.interrupt();
    signal?.addEventListener('abort', interrupt);
    try {
      const result = await work(connection);
      this.#idle.push(connection);
      return result;
    } catch (error) {
      connection.closeSync();
      throw error;
    } finally {
      signal?.removeEventListener('abort', interrupt);
    }
  }

  /** Runs one statement and answers its rows as objects. */
  rows(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.withConnection(async (connection) => {
      const reader = await connection.runAndReadAll(sql, parameters as never);
      return reader.getRowObjects();
    });
  }

  async run(sql: string, parameters: readonly unknown[] = []): Promise<void> {
    await this.withConnection((connection) => connection.run(sql, parameters as never));
  }

  async close(): Promise<void> {
    for (const connection of this.#idle.splice(0)) connection.closeSync();
    this.#instance.closeSync();
  }

  async #connect(): Promise<DuckDBConnection> {
    const connection = await this.#instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    return connection;
  }
}

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
