import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { startInBackground } from '../background-threads.js';
import { registerNativeFunctions } from '../googlesql/native/register-native-functions.js';
import { quoteText } from './duckdb-type.js';

/** How many connections without work are kept. */
const mostIdle = 8;

/**
 * The database file in the data folder. It may read and write files in the given folders only, never load an extension,
 * and no statement can change that.
 */
export class DuckDatabase {
  /** Connections whose work went well: the next work saves the time to make one. */
  readonly #idle: DuckDBConnection[] = [];

  private constructor(
    private readonly instance: DuckDBInstance,
    readonly folder: string,
  ) {}

  /** Opens (or makes) `warehouse.duckdb` in `folder`; `otherFolders` are those of Cloud Storage's objects. */
  static async open(
    folder: string,
    otherFolders: readonly string[],
    threads = availableParallelism(),
  ): Promise<DuckDatabase> {
    const temporary = join(folder, 'tmp');
    await rm(temporary, { recursive: true, force: true });
    await mkdir(temporary, { recursive: true });
    const instance = await startInBackground(() =>
      DuckDBInstance.create(join(folder, 'warehouse.duckdb'), {
        autoinstall_known_extensions: 'false',
        autoload_known_extensions: 'false',
        allow_community_extensions: 'false',
        memory_limit: '1GB',
        threads: String(Math.min(threads, availableParallelism())),
        temp_directory: join(temporary, 'spill'),
      }),
    );
    const connection = await instance.connect();
    const allowed = [temporary, ...otherFolders].map((path) => quoteText(path)).join(', ');
    for (const statement of [
      `SET GLOBAL TimeZone = 'UTC'`,
      `SET GLOBAL allowed_directories = [${allowed}]`,
      'SET GLOBAL enable_external_access = false',
      'SET GLOBAL lock_configuration = true',
    ])
      await connection.run(statement);
    registerNativeFunctions(connection);
    connection.closeSync();
    return new DuckDatabase(instance, folder);
  }

  /** A path below which DuckDB may read and write, emptied at every start. */
  temporaryPath(name: string): string {
    return join(this.folder, 'tmp', name);
  }

  /** Lends a connection of its own to the work, which may be long and may leave a result half read. */
  async withConnection<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.instance.connect();
    try {
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  }

  /** Lends one that others have had before and will have again: the work must have read all it asked for. */
  async withSharedConnection<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = this.#idle.pop() ?? (await this.instance.connect());
    try {
      const result = await work(connection);
      if (this.#idle.length < mostIdle) this.#idle.push(connection);
      else connection.closeSync();
      return result;
    } catch (error) {
      connection.closeSync();
      throw error;
    }
  }

  /** Runs the work in one transaction: all of it is on disk when this resolves, or none of it. */
  async transaction<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.withSharedConnection(async (connection) => {
      await connection.run('BEGIN TRANSACTION');
      try {
        const result = await work(connection);
        await connection.run('COMMIT');
        return result;
      } catch (error) {
        await connection.run('ROLLBACK').catch(() => undefined);
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    await this.withConnection((connection) => connection.run('CHECKPOINT')).catch(() => undefined);
    for (const connection of this.#idle.splice(0)) connection.closeSync();
    this.instance.closeSync();
  }
}
