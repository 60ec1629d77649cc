import { type Analysis } from './analyzer/analysis.js';
import { analyzeExpression } from './analyzer/analyze-expression.js';
import { coerceOr } from './analyzer/coerce.js';
import { outermost } from './finish-query.js';
import { type Option } from './parser/change-ast.js';
import { mistake, refused } from './sql-error.js';
import { arrayOf, bool, float64, string, timestamp, type SqlType, typeName } from './types.js';

type Settings = Readonly<Record<string, unknown>>;

const pair: SqlType = { kind: 'STRUCT', fields: [{ type: string }, { type: string }] };

/** Options by name: their type, how DuckDB writes their value, and the setting that they are. */
const known: Readonly<
  Record<
    string,
    {
      readonly type: SqlType;
      readonly write?: (sql: string) => string;
      readonly setting: (value: unknown) => Settings;
    }
  >
> = {
  description: { type: string, setting: (value) => ({ description: value }) },
  friendly_name: { type: string, setting: (value) => ({ friendlyName: value }) },
  expiration_timestamp: {
    type: timestamp,
    write: (sql) => `epoch_ms(${sql})`,
    setting: (value) => ({ expirationTime: String(value) }),
  },
  partition_expiration_days: {
    type: float64,
    setting: (value) => ({ partitionDays: Number(value) }),
  },
  require_partition_filter: { type: bool, setting: (value) => ({ requirePartitionFilter: value }) },
  labels: {
    type: arrayOf(pair),
    write: (sql) => `CAST(to_json(${sql}) AS VARCHAR)`,
    setting: (value) => ({
      labels: Object.fromEntries(
        (JSON.parse(String(value)) as Record<string, string>[]).map((each) =>
          Object.values(each),
        ) as [string, string][],
      ),
    }),
  },
};

/** The settings of OPTIONS(…) of a table or view. */
export function optionSettings(
  analysis: Analysis,
  options: readonly Option[],
  allowed: readonly string[] = Object.keys(known),
): Settings {
  const settings: Record<string, unknown> = {};
  for (const { name, value: node } of options) {
    const option = allowed.includes(name) ? known[name] : undefined;
    if (!option) throw refused(`the option ${name}`, node.at);
    const value = analyzeExpression(analysis, outermost, node);
    const { sql } = coerceOr(
      value,
      option.type,
      `Option ${name} has type ${typeName(option.type)}, but its value is ${typeName(value.type)}`,
      node.at,
    );
    const found = analysis.constant(option.write?.(sql) ?? sql, node.at);
    // NULL is as if the option was not there.
    if (found !== null) Object.assign(settings, option.setting(found));
  }
  return settings;
}

/** The settings of a table: those of its partitions are part of its partitioning. */
export function tableSettings(
  analysis: Analysis,
  options: readonly Option[],
  partitioning: Settings,
  at: number,
): Settings {
  const { partitionDays, ...settings } = optionSettings(analysis, options);
  const time = partitioning['timePartitioning'] as Settings | undefined;
  const isPartitioned = Object.keys(partitioning).length > 0;
  if (settings['requirePartitionFilter'] !== undefined && !isPartitioned)
    throw mistake('require_partition_filter can only be set on a partitioned table', at);
  if (partitionDays === undefined) return { ...settings, ...partitioning };
  if (!time)
    throw mistake('partition_expiration_days can only be set on a table partitioned by time', at);
  const expirationMs = String(Math.round(Number(partitionDays) * 86_400_000));
  return { ...settings, timePartitioning: { ...time, expirationMs } };
}
