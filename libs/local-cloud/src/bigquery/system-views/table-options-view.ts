import { type TableRecord } from '../catalog-records.js';
import { type ExternalDefinition } from '../external-tables.js';
import { nameCells, nameColumns, type SystemView, visibleTables } from './system-view.js';

/** INFORMATION_SCHEMA.TABLE_OPTIONS: one row for each option that is set, its value as a literal of GoogleSQL. */
export const tableOptionsView: SystemView = {
  columns: [
    ...nameColumns,
    ['option_name', 'STRING'],
    ['option_type', 'STRING'],
    ['option_value', 'STRING'],
  ],
  rows: (context, caller, scope) =>
    visibleTables(context, caller, scope).flatMap((table) =>
      optionsOf(table).map(([name, { type, text }]) => ({
        ...nameCells(table),
        option_name: name,
        option_type: type,
        option_value: text,
      })),
    ),
};

interface Literal {
  readonly type: string;
  readonly text: string;
}

function optionsOf({ settings, kind }: TableRecord): [name: string, value: Literal][] {
  const days = (settings['timePartitioning'] as { expirationMs?: string } | undefined)
    ?.expirationMs;
  const options: Readonly<Record<string, Literal | undefined>> = {
    ...(kind === 'EXTERNAL'
      ? externalOptions((settings['externalDataConfiguration'] ?? {}) as ExternalDefinition)
      : {}),
    description: text(settings['description']),
    expiration_timestamp: timestamp(settings['expirationTime']),
    friendly_name: text(settings['friendlyName']),
    labels: labels(settings['labels'] as Record<string, string> | undefined),
    partition_expiration_days: days === undefined ? undefined : float(Number(days) / 86_400_000),
    require_partition_filter: bool(settings['requirePartitionFilter']),
  };
  return Object.entries(options).flatMap(([name, value]) => (value ? [[name, value]] : []));
}

function externalOptions({
  sourceFormat,
  sourceUris,
  csvOptions = {},
  ignoreUnknownValues,
  maxBadRecords,
}: ExternalDefinition): Record<string, Literal | undefined> {
  return {
    allow_jagged_rows: bool(csvOptions['allowJaggedRows']),
    allow_quoted_newlines: bool(csvOptions['allowQuotedNewlines']),
    field_delimiter: text(csvOptions['fieldDelimiter']),
    format: text(sourceFormat),
    ignore_unknown_values: bool(ignoreUnknownValues),
    max_bad_records: integer(maxBadRecords),
    null_marker: text(csvOptions['nullMarker']),
    quote: text(csvOptions['quote']),
    skip_leading_rows: integer(csvOptions['skipLeadingRows']),
    uris: sourceUris && { type: 'ARRAY<STRING>', text: JSON.stringify(sourceUris) },
  };
}

const text = (value: unknown): Literal | undefined =>
  typeof value === 'string' ? { type: 'STRING', text: JSON.stringify(value) } : undefined;

const bool = (value: unknown): Literal | undefined =>
  typeof value === 'boolean' ? { type: 'BOOL', text: String(value) } : undefined;

const integer = (value: unknown): Literal | undefined =>
  value === undefined ? undefined : { type: 'INT64', text: String(Number(value)) };

const float = (value: number): Literal => ({
  type: 'FLOAT64',
  text: Number.isInteger(value) ? value.toFixed(1) : String(value),
});

const timestamp = (ms: unknown): Literal | undefined =>
  ms === undefined
    ? undefined
    : { type: 'TIMESTAMP', text: `TIMESTAMP "${new Date(Number(ms)).toISOString()}"` };

function labels(all: Readonly<Record<string, string>> = {}): Literal | undefined {
  const structs = Object.entries(all).map(
    ([key, value]) => `STRUCT(${JSON.stringify(key)}, ${JSON.stringify(value)})`,
  );
  return structs.length === 0
    ? undefined
    : { type: 'ARRAY<STRUCT<STRING, STRING>>', text: `[${structs.join(', ')}]` };
}
