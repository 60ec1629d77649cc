import { type Clock } from '../clock.js';
import { CloudError } from '../http/cloud-error.js';
import { type Engine } from './engine.js';
import { type BigQueryField } from './schema.js';

export interface DatasetEntry {
  readonly projectId: string;
  readonly datasetId: string;
  readonly location: string;
  readonly createdMs: number;
  readonly modifiedMs: number;
  /** Everything else that the client set, as it was sent. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** The rows of a table from an instant on, in one DuckDB relation that never changes afterwards. */
export interface TableVersion {
  readonly fromMs: number;
  /** Name of the DuckDB table in schema `data`. */
  readonly relation: string;
  readonly rowCount: number;
  readonly sizeBytes: number;
}

export interface TableEntry {
  readonly projectId: string;
  readonly datasetId: string;
  readonly tableId: string;
  readonly type: 'TABLE' | 'VIEW' | 'MATERIALIZED_VIEW' | 'EXTERNAL' | 'SNAPSHOT';
  readonly schema: readonly BigQueryField[];
  readonly createdMs: number;
  readonly modifiedMs: number;
  /** Oldest first; empty for views. */
  readonly versions: readonly TableVersion[];
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface TableKey {
  readonly projectId: string;
  readonly datasetId: string;
  readonly tableId: string;
}

/** Datasets, tables and jobs: kept in the database itself, so that they are as durable as the rows. */
export class Catalog {
  readonly #datasets = new Map<string, DatasetEntry>();
  readonly #tables = new Map<string, TableEntry>();
  #sequence = 0;

  private constructor(
    private readonly engine: Engine,
    private readonly clock: Clock,
  ) {}

  static async open(engine: Engine, clock: Clock): Promise<Catalog> {
    await engine.run('CREATE SCHEMA IF NOT EXISTS data');
    await engine.run('CREATE SCHEMA IF NOT EXISTS catalog');
    await engine.run('CREATE TABLE IF NOT EXISTS catalog.entries (kind VARCHAR, key VARCHAR, content VARCHAR, PRIMARY KEY (kind, key))');
    const catalog = new Catalog(engine, clock);
    for (const { kind, key, content } of await engine.rows("SELECT kind, key, content FROM catalog.entries WHERE kind IN ('dataset', 'table')")) {
      const map: Map<string, unknown> = kind === 'dataset' ? catalog.#datasets : catalog.#tables;
      map.set(String(key), JSON.parse(String(content)));
    }
    await catalog.#dropStray();
    return catalog;
  }

  datasets(projectId: string): DatasetEntry[] {
    return [...this.#datasets.values()].filter((entry) => entry.projectId === projectId).sort((a, b) => compare(a.datasetId, b.datasetId));
  }

  dataset(projectId: string, datasetId: string): DatasetEntry {
    const entry = this.#datasets.get(`${projectId}:${datasetId}`);
    if (entry) return entry;
    throw new CloudError(404, 'notFound', `Not found: Dataset ${projectId}:${datasetId}`);
  }

  tables(projectId: string, datasetId: string): TableEntry[] {
    return [...this.#tables.values()]
      .filter((entry) => entry.projectId === projectId && entry.datasetId === datasetId)
      .sort((a, b) => compare(a.tableId, b.tableId));
  }

  /** Throws BigQuery's 404. */
  table(key: TableKey): TableEntry {
    this.dataset(key.projectId, key.datasetId);
    const entry = this.findTable(key);
    if (entry) return entry;
    throw new CloudError(404, 'notFound', `Not found: Table ${nameOf(key)}`);
  }

  findTable(key: TableKey): TableEntry | undefined {
    return this.#tables.get(nameOf(key));
  }

  async putDataset(entry: DatasetEntry): Promise<void> {
    await this.#put('dataset', `${entry.projectId}:${entry.datasetId}`, entry);
    this.#datasets.set(`${entry.projectId}:${entry.datasetId}`, entry);
  }

  async putTable(entry: TableEntry): Promise<void> {
    await this.#put('table', nameOf(entry), entry);
    this.#tables.set(nameOf(entry), entry);
  }

  async removeTable(key: TableKey): Promise<void> {
    const entry = this.table(key);
    await this.engine.run("DELETE FROM catalog.entries WHERE kind = 'table' AND key = $1", [nameOf(key)]);
    this.#tables.delete(nameOf(key));
    for (const { relation } of entry.versions) await this.engine.run(`DROP TABLE IF EXISTS data."${relation}"`);
  }

  async removeDataset(projectId: string, datasetId: string, withTables: boolean): Promise<void> {
    this.dataset(projectId, datasetId);
    const tables = this.tables(projectId, datasetId);
    if (tables.length > 0 && !withTables) {
      throw new CloudError(400, 'resourceInUse', `Dataset ${projectId}:${datasetId} is still in use`);
    }
    for (const table of tables) await this.removeTable(table);
    await this.engine.run("DELETE FROM catalog.entries WHERE kind = 'dataset' AND key = $1", [`${projectId}:${datasetId}`]);
    this.#datasets.delete(`${projectId}:${datasetId}`);
  }

  /** A name for a new relation that no table uses yet. */
  newRelation(): string {
    this.#sequence += 1;
    return `t${this.clock.nowMs().toString(36)}_${process.pid.toString(36)}_${this.#sequence}`;
  }

  async #put(kind: string, key: string, entry: unknown): Promise<void> {
    await this.engine.run('INSERT OR REPLACE INTO catalog.entries VALUES ($1, $2, $3)', [kind, key, JSON.stringify(entry)]);
  }

  /** Relations that a killed process made but never put on record. */
  async #dropStray(): Promise<void> {
    const used = new Set([...this.#tables.values()].flatMap(({ versions }) => versions.map(({ relation }) => relation)));
    const present = await this.engine.rows("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'data'");
    for (const { table_name: name } of present) {
      if (!used.has(String(name))) await this.engine.run(`DROP TABLE IF EXISTS data."${String(name)}"`);
    }
  }
}

export const nameOf = ({ projectId, datasetId, tableId }: TableKey): string => `${projectId}:${datasetId}.${tableId}`;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
