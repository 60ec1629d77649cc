import { type Clock } from '../clock.js';
import { CloudError } from '../http/cloud-error.js';
import { type Catalog, nameOf, type TableEntry, type TableKey, type TableVersion } from './catalog.js';
import { type Engine, quoteName } from './engine.js';
import { logicalBytesSql } from './logical-bytes.js';
import { type BigQueryField } from './schema.js';

/** How long old versions can be read. */
export const timeTravelMs = 7 * 24 * 3_600_000;

/** A table at an instant, with a partition if the name bears one. */
export interface AddressedTable {
  readonly key: TableKey;
  readonly asOfMs?: number;
  readonly partition?: string;
}

/** Reads `t`, `t$20260101`, `t@1767225600000` and both together; a negative instant counts back from now. */
export function parseTableId(key: TableKey, nowMs: number): AddressedTable {
  const [, tableId = '', partition, instant] = /^([^$@]+)(?:\$([^@]+))?(?:@(-?\d+))?$/.exec(key.tableId) ?? [];
  if (!tableId) throw new CloudError(400, 'invalid', `Invalid table ID "${key.tableId}".`);
  const asOf = instant === undefined ? undefined : Number(instant);
  return {
    key: { ...key, tableId },
    partition,
    asOfMs: asOf === undefined ? undefined : asOf < 0 ? nowMs + asOf : asOf,
  };
}

/** The version of a table's rows at an instant; refuses what lies outside the window as BigQuery does. */
export function versionAt(table: TableEntry, asOfMs: number | undefined, clock: Clock): TableVersion {
  const newest = table.versions.at(-1);
  if (!newest) throw new CloudError(400, 'invalid', `${nameOf(table)} has no rows of its own.`);
  if (asOfMs === undefined) return newest;
  const nowMs = clock.nowMs();
  if (asOfMs > nowMs + 1_000) {
    throw new CloudError(400, 'invalid', `Invalid snapshot time ${asOfMs} for table ${nameOf(table)}: it lies in the future.`);
  }
  const version = table.versions.findLast(({ fromMs }) => fromMs <= asOfMs);
  if (version && asOfMs >= nowMs - timeTravelMs) return version;
  throw new CloudError(
    400,
    'invalid',
    `Invalid time travel timestamp ${asOfMs} for table ${nameOf(table)}@${asOfMs}. Cannot read before ${table.createdMs}.`,
  );
}

/** Makes the rows of `select` the table's newest version. All or nothing; older versions stay readable. */
export async function replaceRows(
  deps: { engine: Engine; catalog: Catalog; clock: Clock },
  table: TableEntry,
  select: string,
  parameters: readonly unknown[] = [],
): Promise<TableEntry> {
  const { engine, catalog, clock } = deps;
  const relation = catalog.newRelation();
  const columns = table.schema.map(({ name }) => quoteName(name)).join(', ');
  await engine.run(`CREATE TABLE data."${relation}" AS SELECT ${columns || '*'} FROM (${select})`, parameters);
  const version = await measure(engine, relation, table.schema, clock.nowMs());
  const oldest = clock.nowMs() - timeTravelMs;
  const kept = table.versions.filter((_, index) => (table.versions[index + 1]?.fromMs ?? clock.nowMs()) >= oldest);
  const next = { ...table, versions: [...kept, version], modifiedMs: version.fromMs };
  await catalog.putTable(next);
  for (const { relation: old } of table.versions.filter((each) => !kept.includes(each))) {
    await engine.run(`DROP TABLE IF EXISTS data."${old}"`);
  }
  return next;
}

async function measure(engine: Engine, relation: string, schema: readonly BigQueryField[], fromMs: number): Promise<TableVersion> {
  const [row] = await engine.rows(`SELECT count(*) AS row_count, ${logicalBytesSql(schema)} AS size_bytes FROM data."${relation}"`);
  return { fromMs, relation, rowCount: Number(row?.['row_count']), sizeBytes: Number(row?.['size_bytes']) };
}
