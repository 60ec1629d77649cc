import { type DuckDBConnection } from '@duckdb/node-api';
import { type Clock } from '../clock.js';
import { type TableName } from '../googlesql/translate.js';
import { datasetNotFound, tableNotFound } from './bigquery-errors.js';
import { type DatasetRecord, type TableRecord } from './catalog-records.js';
import { type DuckDatabase } from './duck-database.js';
import { type LoggedRecord, type RecordLog } from './record-log.js';

/** What changes together. */
export interface CatalogChange {
  readonly datasets?: readonly DatasetRecord[];
  readonly removedDatasets?: readonly DatasetRecord[];
  readonly tables?: readonly TableRecord[];
  /** Forgotten for good, time travel included. */
  readonly removedTables?: readonly TableRecord[];
}

/** Datasets and tables: in memory for reading, in the database for keeps. */
export class Catalog {
  readonly #datasets = new Map<string, DatasetRecord>();
  readonly #tables = new Map<string, TableRecord>();
  /** The tables of a dataset by name, until one of them changes: long lists are read in many pages. */
  readonly #sorted = new Map<string, readonly TableRecord[]>();
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(
    readonly database: DuckDatabase,
    private readonly log: RecordLog,
    readonly clock: Clock,
    records: readonly LoggedRecord[],
    /** How long streamed rows lie in the streaming buffer. */
    readonly streamingBufferMs = 0,
  ) {
    for (const { kind, key, value } of records)
      if (kind === 'dataset') this.#datasets.set(key, value as DatasetRecord);
      else if (kind === 'table') this.#tables.set(key, value as TableRecord);
  }

  datasets(projectId: string): DatasetRecord[] {
    return [...this.#datasets.values()]
      .filter((dataset) => dataset.projectId === projectId)
      .sort((a, b) => (a.datasetId < b.datasetId ? -1 : 1));
  }

  projectIds(): string[] {
    return [...new Set([...this.#datasets.values()].map(({ projectId }) => projectId))].sort();
  }

  findDataset(projectId: string, datasetId: string): DatasetRecord | undefined {
    return this.#datasets.get(datasetKey(projectId, datasetId));
  }

  /** Throws 404. */
  dataset(projectId: string, datasetId: string): DatasetRecord {
    const dataset = this.findDataset(projectId, datasetId);
    if (!dataset) throw datasetNotFound(projectId, datasetId);
    return dataset;
  }

  /** Live tables of a dataset, by name. */
  tables(projectId: string, datasetId: string): TableRecord[] {
    const key = datasetKey(projectId, datasetId);
    let sorted = this.#sorted.get(key);
    if (!sorted) {
      sorted = [...this.#tables.values()]
        .filter((table) => table.projectId === projectId && table.datasetId === datasetId)
        .sort((a, b) => (a.tableId < b.tableId ? -1 : 1));
      this.#sorted.set(key, sorted);
    }
    return sorted.filter((table) => !this.#isGone(table));
  }

  /** Every record, also of deleted tables that time travel still reaches. */
  allTables(): TableRecord[] {
    return [...this.#tables.values()];
  }

  findTable(name: TableName): TableRecord | undefined {
    const table = this.#tables.get(tableKey(name));
    return table && !this.#isGone(table) ? table : undefined;
  }

  /** Throws 404; tells a missing dataset from a missing table. */
  table(name: TableName): TableRecord {
    const table = this.findTable(name);
    if (table) return table;
    this.dataset(name.projectId, name.datasetId);
    throw tableNotFound(name);
  }

  /** The table, also when it was deleted within the time-travel window. */
  findTableOrGhost(name: TableName): TableRecord | undefined {
    return this.#tables.get(tableKey(name));
  }

  /** Runs the work and records the change in one transaction; readers see it once it is on disk. */
  async commit(
    change: CatalogChange | (() => CatalogChange),
    work?: (connection: DuckDBConnection) => Promise<void>,
  ): Promise<void> {
    let final: CatalogChange = {};
    await this.database.transaction(async (connection) => {
      await work?.(connection);
      final = typeof change === 'function' ? change() : change;
      await this.log.append(connection, recordsOf(final));
    });
    this.#show(final);
  }

  /** Records a change that touches no physical rows, and what belongs to it. It is there at once when this resolves. */
  async keep(change: CatalogChange, others: readonly LoggedRecord[] = []): Promise<void> {
    await this.log.appendQuickly([...others, ...recordsOf(change)]);
    this.#show(change);
  }

  /** One change of a table (or dataset) at a time; reads never wait. */
  async exclusively<T>(name: TableName, work: () => Promise<T>): Promise<T> {
    const key = tableKey(name);
    const turn = (this.#turns.get(key) ?? Promise.resolve()).then(work, work);
    this.#turns.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(key) === turn) this.#turns.delete(key);
    }
  }

  #show(change: CatalogChange): void {
    const { datasets = [], removedDatasets = [], tables = [], removedTables = [] } = change;
    for (const dataset of datasets)
      this.#datasets.set(datasetKey(dataset.projectId, dataset.datasetId), dataset);
    for (const dataset of removedDatasets)
      this.#datasets.delete(datasetKey(dataset.projectId, dataset.datasetId));
    for (const table of tables) this.#tables.set(tableKey(table), table);
    for (const table of removedTables) this.#tables.delete(tableKey(table));
    for (const { projectId, datasetId } of [...tables, ...removedTables])
      this.#sorted.delete(datasetKey(projectId, datasetId));
  }

  #isGone(table: TableRecord): boolean {
    const expiration = table.settings['expirationTime'];
    return (
      table.deletedMs !== undefined ||
      (typeof expiration === 'string' && Number(expiration) <= this.clock.nowMs())
    );
  }
}

const datasetKey = (projectId: string, datasetId: string): string => `${projectId}/${datasetId}`;
const tableKey = (name: TableName): string => `${name.projectId}/${name.datasetId}/${name.tableId}`;

const recordsOf = (change: CatalogChange): LoggedRecord[] => [
  ...(change.datasets ?? []).map((value) => ({
    kind: 'dataset' as const,
    key: datasetKey(value.projectId, value.datasetId),
    value,
  })),
  ...(change.removedDatasets ?? []).map((dataset) => ({
    kind: 'dataset' as const,
    key: datasetKey(dataset.projectId, dataset.datasetId),
    value: undefined,
  })),
  ...(change.tables ?? []).map((value) => ({
    kind: 'table' as const,
    key: tableKey(value),
    value,
  })),
  ...(change.removedTables ?? []).map((table) => ({
    kind: 'table' as const,
    key: tableKey(table),
    value: undefined,
  })),
];
