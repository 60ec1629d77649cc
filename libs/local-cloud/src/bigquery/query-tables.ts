import { type Caller } from '../identity/caller.js';
import { CloudError, notImplemented } from '../http/cloud-error.js';
import { type ResolvedTable, type TableName } from '../googlesql/translate.js';
import { type BigQueryContext } from './bigquery-context.js';
import {
  datasetNotFound,
  invalid,
  invalidQuery,
  tableId,
  tableNotFound,
} from './bigquery-errors.js';
import { hasOwnRows, type DatasetRecord, type TableRecord } from './catalog-records.js';
import { guardColumns } from './column-guard.js';
import { type AccessEntry } from './dataset-access.js';
import { type ExternalDefinition, externalRelation } from './external-tables.js';
import { requiredFilterOf } from './required-filter.js';
import { isSystemView, resolveSystemView } from './resolve-system-view.js';
import { applyRowPolicies } from './row-policies.js';
import { parseTableId } from './table-name.js';
import { requireReadable, resolveNativeTable } from './table-resolver.js';
import { translate } from './query-translator.js';
import { isWildcard, resolveWildcard } from './wildcard-tables.js';

/** Views may use views, so many levels deep. */
const maxViewDepth = 16;

export interface QueryScope {
  readonly caller: Caller;
  readonly projectId: string;
  readonly nowMs: number;
  /** External tables of this query alone, by name. */
  readonly tableDefinitions: Readonly<Record<string, ExternalDefinition>>;
}

/** Finds the tables of one statement with the caller's eyes, and remembers which it found. */
export class QueryTables {
  /** Native tables by the name of their physical table. */
  readonly natives = new Map<string, TableRecord>();
  readonly datasets = new Set<DatasetRecord>();
  readonly referenced = new Map<string, TableName>();
  /** Bytes of the files of external tables. */
  externalBytes = 0;
  /** Whether the statement names any table, view or file. */
  areUsed = false;
  /** Whether it names a view of INFORMATION_SCHEMA, a system table or a wildcard table. */
  metaAreUsed = false;

  constructor(
    private readonly context: BigQueryContext,
    private readonly scope: QueryScope,
    private readonly depth = 0,
    /** The view whose query is being read. */
    private readonly view?: TableName,
  ) {}

  async resolve(name: TableName, asOfMs?: number): Promise<ResolvedTable> {
    const { catalog, clock } = this.context;
    const { caller, tableDefinitions } = this.scope;
    this.areUsed = true;
    const definition = tableDefinitions[name.tableId];
    if (definition && this.depth === 0) return this.#external(definition);
    if (name.datasetId === '')
      throw invalidQuery(
        `Table "${name.tableId}" must be qualified with a dataset (e.g. dataset.table).`,
      );
    if (isSystemView(name)) {
      this.metaAreUsed = true;
      return resolveSystemView(this.context, caller, name);
    }
    if (isWildcard(name)) return this.#wildcard(name, asOfMs);
    const decorated = parseTableId(name, clock.nowMs());
    const dataset = catalog.findDataset(name.projectId, name.datasetId);
    if (!dataset || !this.#isAuthorized(dataset)) requireReadable(caller, decorated.name);
    if (!dataset) throw datasetNotFound(name.projectId, name.datasetId);
    this.datasets.add(dataset);
    this.referenced.set(tableId(decorated.name), decorated.name);
    const table = catalog.findTable(decorated.name);
    if (table && !hasOwnRows(table.kind)) {
      if (asOfMs !== undefined && table.kind !== 'VIEW')
        throw invalid(
          `FOR SYSTEM_TIME AS OF cannot be used with ${tableId(name)}, which is a ${table.kind}.`,
        );
      return table.kind === 'EXTERNAL'
        ? this.#external(table.settings['externalDataConfiguration'] as ExternalDefinition, table)
        : this.#view(table);
    }
    if (!table && asOfMs !== undefined) throw tableNotFound(decorated.name, dataset.location);
    const instant = asOfMs ?? decorated.asOfMs;
    const resolved = resolveNativeTable(
      this.context.catalog,
      { ...decorated, ...(instant === undefined ? {} : { asOfMs: instant }) },
      true,
    );
    for (const { physical } of resolved.table.storages) this.natives.set(physical, resolved.table);
    const visible = await applyRowPolicies(this.context, caller, resolved, instant);
    return {
      ...guardColumns(caller, resolved.table, visible),
      ...(decorated.partitionId === undefined ? requiredFilterOf(resolved.table) : {}),
    };
  }

  async #wildcard(name: TableName, asOfMs: number | undefined): Promise<ResolvedTable> {
    const { catalog } = this.context;
    const { caller } = this.scope;
    this.metaAreUsed = true;
    if (asOfMs !== undefined) throw notImplemented('FOR SYSTEM_TIME AS OF of wildcard tables');
    const dataset = catalog.findDataset(name.projectId, name.datasetId);
    if (!dataset) {
      requireReadable(caller, name);
      throw datasetNotFound(name.projectId, name.datasetId);
    }
    const isAuthorized = this.#isAuthorized(dataset);
    const { matching, ...resolved } = resolveWildcard(catalog, caller, name, isAuthorized);
    this.datasets.add(dataset);
    this.referenced.set(tableId(name), name);
    for (const table of matching)
      for (const { physical } of table.storages) this.natives.set(physical, table);
    return resolved;
  }

  /** Whether the dataset lets the view that is being read (or the view's dataset) read its tables for anyone. */
  #isAuthorized({ settings }: DatasetRecord): boolean {
    const { view } = this;
    const entries = (settings['access'] ?? []) as readonly AccessEntry[];
    const isSame = (other: Partial<TableName> | undefined): boolean =>
      other?.projectId === view?.projectId && other?.datasetId === view?.datasetId;
    return (
      view !== undefined &&
      entries.some((entry) => {
        const allowed = entry['view'] as Partial<TableName> | undefined;
        const { dataset } = (entry['dataset'] ?? {}) as { dataset?: Partial<TableName> };
        return (isSame(allowed) && allowed?.tableId === view.tableId) || isSame(dataset);
      })
    );
  }

  async #external(definition: ExternalDefinition, table?: TableRecord): Promise<ResolvedTable> {
    const external = await externalRelation(this.context, this.scope.caller, {
      ...definition,
      ...(table && !definition.schema ? { schema: { fields: table.schema } } : {}),
    });
    this.externalBytes += external.fileBytes;
    return external;
  }

  async #view(table: TableRecord): Promise<ResolvedTable> {
    if (this.depth >= maxViewDepth)
      throw invalidQuery(`Views are nested too deeply, or in a circle, at ${tableId(table)}.`);
    const view = (table.settings['view'] ?? table.settings['materializedView']) as {
      query: string;
    };
    const inner = new QueryTables(this.context, this.scope, this.depth + 1, table);
    const statement = await translate(view.query, {
      defaultProject: table.projectId,
      parameters: [],
      nowMs: this.scope.nowMs,
      sessionUser: this.scope.caller.email,
      resolveTable: (name, asOfMs) => inner.resolve(name, asOfMs),
    });
    if (statement.kind !== 'query' || statement.parameters.length > 0)
      throw new CloudError(
        501,
        'notImplemented',
        `The local cloud cannot expand the view ${tableId(table)}.`,
      );
    for (const [physical, native] of inner.natives) this.natives.set(physical, native);
    for (const dataset of inner.datasets) this.datasets.add(dataset);
    for (const [key, name] of inner.referenced) this.referenced.set(key, name);
    this.externalBytes += inner.externalBytes;
    this.metaAreUsed ||= inner.metaAreUsed;
    const { sql, columns, requiredFilters } = statement;
    return {
      relation: `(${sql})`,
      schema: columns,
      ...(requiredFilters ? { requiredFilters } : {}),
    };
  }
}
