import { randomBytes } from 'node:crypto';
import { type DuckDBConnection } from '@duckdb/node-api';
import { type TableName } from '../googlesql/translate.js';
import { isPersonalDataset } from '../identity/personal-dataset.js';
import { alreadyExists, invalid, tableId } from './bigquery-errors.js';
import {
  type TableKind,
  type TableRecord,
  type TableStatistics,
  type TableStorage,
} from './catalog-records.js';
import { type Catalog } from './catalog.js';
import { ingestionUnitOf } from './partitions.js';
import { createPhysical, insertRows, type RowSource } from './physical-table.js';
import { addedColumns } from './schema-change.js';
import { type BigQueryField } from './schema.js';
import { physicalName, rowsOf, storageAt } from './table-rows.js';
import { bufferedChanges } from './streaming-buffer.js';
import { emptyStatistics, measure } from './table-statistics.js';

export interface TableDraft {
  readonly kind: TableKind;
  readonly schema: readonly BigQueryField[];
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What runs the inserting statement of a job, so that the job can interrupt it. */
export type Runner = <T>(connection: DuckDBConnection, work: () => Promise<T>) => Promise<T>;

const runPlainly: Runner = (_connection, work) => work();

/** The rows of tables: every change makes a new state, and the earlier ones stay readable for the time-travel window. */
export class TableStore {
  constructor(readonly catalog: Catalog) {}

  /** Creates a table (or a view, without rows); 409 when the name is taken. */
  async create(name: TableName, draft: TableDraft): Promise<TableRecord> {
    return this.catalog.exclusively(name, async () => {
      this.catalog.dataset(name.projectId, name.datasetId);
      if (this.catalog.findTable(name)) throw alreadyExists(`Table ${tableId(name)}`);
      const ghost = this.catalog.findTableOrGhost(name);
      const nowMs = this.#instantAfter(ghost);
      const storage = draft.kind === 'TABLE' ? emptyStorage(draft, nowMs) : undefined;
      const record: TableRecord = {
        ...name,
        ...draft,
        storages: [...(ghost?.storages ?? []), ...(storage ? [storage] : [])],
        createdMs: nowMs,
        modifiedMs: nowMs,
        version: (ghost?.version ?? 0) + 1,
        ...(storage ? { statistics: emptyStatistics(draft.schema) } : {}),
        ...pastOf(ghost),
      };
      if (storage?.rows) await this.catalog.keep({ tables: [record] });
      else
        await this.catalog.commit({ tables: [record] }, async (connection) => {
          if (storage) await createPhysical(connection, storage);
        });
      return record;
    });
  }

  /** Replaces all rows (and the schema), making the table when it is missing. Returns the number of rows. */
  async replace(
    name: TableName,
    draft: TableDraft,
    source: RowSource,
    run: Runner = runPlainly,
  ): Promise<number> {
    return this.catalog.exclusively(name, async () => {
      this.catalog.dataset(name.projectId, name.datasetId);
      const before = this.catalog.findTableOrGhost(name);
      const isLive = before !== undefined && before.deletedMs === undefined;
      const draftStorage = newStorage(draft, 0);
      let record: TableRecord | undefined;
      let rowCount = 0;
      await this.catalog.commit(
        () => ({ tables: record ? [record] : [] }),
        async (connection) => {
          await createPhysical(connection, draftStorage);
          rowCount = await run(connection, () =>
            insertRows(connection, draftStorage, source, {
              change: 0,
              nowMs: this.catalog.clock.nowMs(),
            }),
          );
          const statistics = await run(connection, () =>
            measure(connection, draft.schema, rowsOf(draftStorage)),
          );
          const nowMs = this.#instantAfter(before);
          record = {
            ...name,
            ...draft,
            storages: [
              ...closeStorage(before?.storages ?? [], nowMs),
              { ...draftStorage, fromMs: nowMs },
            ],
            createdMs: isLive ? before.createdMs : nowMs,
            modifiedMs: nowMs,
            version: (before?.version ?? 0) + 1,
            statistics,
            ...pastOf(before),
          };
        },
      );
      return rowCount;
    });
  }

  /** Adds rows. Returns their number. */
  async append(name: TableName, source: RowSource, run: Runner = runPlainly): Promise<number> {
    return this.#add(name, source, run, false);
  }

  /** Adds rows that lie in the streaming buffer first. Returns their number. */
  async stream(name: TableName, source: RowSource): Promise<number> {
    return this.#add(name, source, runPlainly, true);
  }

  async #add(
    name: TableName,
    source: RowSource,
    run: Runner,
    isStreamed: boolean,
  ): Promise<number> {
    let rowCount = 0;
    const add = async (
      connection: DuckDBConnection,
      storage: TableStorage,
      change: number,
    ): Promise<void> => {
      const nowMs = this.catalog.clock.nowMs();
      rowCount = await run(connection, () =>
        insertRows(connection, storage, source, { change, nowMs }),
      );
    };
    await this.change(name, add, isStreamed);
    return rowCount;
  }

  /** Changes rows under the next change number, which the work stamps on rows that come (`$from`) or go (`$to`). */
  async change(
    name: TableName,
    work: (connection: DuckDBConnection, storage: TableStorage, change: number) => Promise<void>,
    isStreamed = false,
  ): Promise<void> {
    await this.catalog.exclusively(name, async () => {
      const before = this.catalog.table(name);
      const found = storageAt(before);
      if (!found || (found.rows && isPersonalDataset(name.datasetId)))
        throw invalid(`${tableId(name)} is not a table whose rows can be changed.`);
      const { rows: none, ...storage } = found;
      let record = before;
      await this.catalog.commit(
        () => ({ tables: [record] }),
        async (connection) => {
          const change = storage.changes.length + 1;
          if (none) await createPhysical(connection, storage);
          await work(connection, storage, change);
          const nowMs = this.#instantAfter(before);
          const { statistics: _outdated, ...kept } = before;
          record = {
            ...kept,
            storages: before.storages.map((each) =>
              each === found
                ? {
                    ...storage,
                    changes: [...storage.changes, nowMs],
                    streamed: [
                      ...bufferedChanges(storage, this.catalog),
                      ...(isStreamed ? [change] : []),
                    ],
                  }
                : each,
            ),
            modifiedMs: nowMs,
            version: before.version + 1,
          };
        },
      );
    });
  }

  /** Changes properties, and the schema by columns that come at the end. Rows stay. */
  async alter(
    name: TableName,
    change: (
      before: TableRecord,
    ) => Pick<TableRecord, 'settings' | 'schema'> & Partial<Pick<TableRecord, 'policies'>>,
  ): Promise<TableRecord> {
    return this.catalog.exclusively(name, async () => {
      const before = this.catalog.table(name);
      const { settings, schema, policies = before.policies } = change(before);
      const storage = storageAt(before);
      const added = storage ? addedColumns(before.schema, schema) : [];
      const hasNewSchema = JSON.stringify(schema) !== JSON.stringify(before.schema);
      const { statistics, ...kept } = before;
      const record: TableRecord = {
        ...kept,
        settings,
        schema,
        ...(policies ? { policies } : {}),
        ...(policies && policies.length > 0 ? { hasHadPolicies: true } : {}),
        storages: before.storages.map((each) => (each === storage ? { ...each, schema } : each)),
        modifiedMs: this.#instantAfter(before),
        version: before.version + 1,
        ...(statistics && !hasNewSchema ? { statistics } : {}),
      };
      await this.catalog.commit({ tables: [record] }, async (connection) => {
        if (storage && !storage.rows)
          for (const column of added)
            await connection.run(`ALTER TABLE ${physicalName(storage)} ADD COLUMN ${column}`);
      });
      return record;
    });
  }

  /** Deletes a table; its rows stay readable for earlier instants until they are swept. */
  async delete(name: TableName): Promise<void> {
    await this.catalog.exclusively(name, async () => {
      const before = this.catalog.table(name);
      const nowMs = this.#instantAfter(before);
      const record = {
        ...before,
        storages: closeStorage(before.storages, nowMs),
        version: before.version + 1,
        deletedMs: nowMs,
      };
      await this.catalog.commit(
        record.storages.length > 0 ? { tables: [record] } : { removedTables: [record] },
      );
    });
  }

  /** Number of rows and logical bytes of the current rows; measured when a change made the last figures outdated. */
  async statistics(name: TableName): Promise<TableStatistics> {
    const table = this.catalog.table(name);
    if (table.statistics) return table.statistics;
    const storage = storageAt(table);
    if (!storage) return { rowCount: 0, columnBytes: {} };
    const statistics = await this.catalog.database.withConnection((connection) =>
      measure(connection, table.schema, rowsOf(storage)),
    );
    await this.catalog.exclusively(name, async () => {
      const current = this.catalog.findTable(name);
      if (current?.version === table.version)
        await this.catalog.commit({ tables: [{ ...current, statistics }] });
    });
    return statistics;
  }

  /** States must differ in their instant, or `@` could not tell them apart. */
  #instantAfter(before: TableRecord | undefined): number {
    return Math.max(
      this.catalog.clock.nowMs(),
      (before?.modifiedMs ?? 0) + 1,
      (before?.deletedMs ?? 0) + 1,
    );
  }
}

function newStorage({ schema, settings }: TableDraft, fromMs: number): TableStorage {
  const ingestion = ingestionUnitOf(settings);
  return {
    physical: `t_${randomBytes(8).toString('hex')}`,
    schema,
    fromMs,
    changes: [],
    ...(ingestion ? { ingestion } : {}),
  };
}

/** A table without rows has no physical one until rows come: a hundred thousand of them cost little. */
const emptyStorage = (draft: TableDraft, fromMs: number): TableStorage => ({
  ...newStorage(draft, fromMs),
  ...(draft.schema.length > 0 ? { rows: [] } : {}),
});

/** What stays true of a name as long as its earlier rows can be read. */
const pastOf = (before: TableRecord | undefined): Pick<TableRecord, 'hasHadPolicies'> =>
  before?.hasHadPolicies ? { hasHadPolicies: true } : {};

const closeStorage = (storages: readonly TableStorage[], nowMs: number): TableStorage[] =>
  storages.map((storage) => (storage.toMs === undefined ? { ...storage, toMs: nowMs } : storage));
