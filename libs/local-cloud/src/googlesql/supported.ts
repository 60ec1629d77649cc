import { aggregateFunctions } from './functions/aggregate-functions.js';
import { functionTable } from './functions/function-table.js';
import { type FunctionSpec } from './functions/function-spec.js';
import { windowFunctions } from './functions/window-functions.js';

/** A function with the ways to call it, e.g. `SUBSTR(STRING, INT64, [INT64])`. */
export interface SupportedFunction {
  readonly name: string;
  readonly kind: 'scalar' | 'aggregate' | 'window';
  readonly signatures: readonly string[];
}

const signaturesOf = (name: string, spec: FunctionSpec): string[] =>
  spec.kind === 'custom'
    ? spec.text.split(' | ').length > 1 && !spec.text.includes(',')
      ? spec.text.split(' | ').map((text) => `${name}(${text})`)
      : [`${name}(${spec.text})`]
    : spec.overloads.map(({ text }) => `${name}(${text})`);

/** Every function that queries may use, by name. What is not among them is refused. */
export const supportedFunctions: readonly SupportedFunction[] = [
  ...Object.entries(functionTable).map(([name, spec]) => ({
    name,
    kind: 'scalar' as const,
    signatures: signaturesOf(name, spec),
  })),
  ...Object.entries(aggregateFunctions).map(([name, { text }]) => ({
    name,
    kind: 'aggregate' as const,
    signatures: text.split(' | ').map((types) => `${name}(${types})`),
  })),
  ...Object.entries(windowFunctions).map(([name, { text }]) => ({
    name,
    kind: 'window' as const,
    signatures: [`${name}(${text}) OVER (…)`],
  })),
].sort((a, b) => (a.name < b.name ? -1 : 1));

/** What else of GoogleSQL is understood. */
export const supportedConstructs: readonly string[] = [
  'SELECT [DISTINCT] [AS STRUCT | AS VALUE], `*` with EXCEPT and REPLACE, trailing commas',
  'FROM: tables, views, external tables, subqueries, UNNEST with WITH OFFSET, correlated arrays, INFORMATION_SCHEMA (SCHEMATA, TABLES, VIEWS, TABLE_OPTIONS, COLUMNS, PARTITIONS, JOBS), `__TABLES__`, `__TABLES_SUMMARY__`',
  'JOIN: INNER, LEFT, RIGHT, FULL, CROSS, comma; ON and USING',
  'Tables partitioned by ingestion time: _PARTITIONTIME and _PARTITIONDATE',
  'Wildcard tables (`t_*`) with _TABLE_SUFFIX',
  'Tables that require a partition filter: queries and DML without one are refused',
  'FOR SYSTEM_TIME AS OF a constant expression; decorators are for the API',
  'TABLESAMPLE SYSTEM (rows are sampled, not blocks)',
  'PIVOT and UNPIVOT',
  'WHERE, GROUP BY (ordinals, names, ROLLUP, CUBE, GROUPING SETS, ALL), HAVING, QUALIFY, WINDOW',
  'ORDER BY with NULLS FIRST and LAST, LIMIT, OFFSET',
  'WITH, WITH RECURSIVE; UNION ALL, UNION DISTINCT, INTERSECT DISTINCT, EXCEPT DISTINCT',
  'Subqueries: scalar, EXISTS, IN, ARRAY(…); correlated ones too',
  'CASE, IF, IN, BETWEEN, LIKE [ANY | ALL], IS [NOT] NULL/TRUE/FALSE, IS [NOT] DISTINCT FROM',
  'CAST, SAFE_CAST, with FORMAT for times and bytes; the prefix SAFE.',
  'STRUCT and ARRAY literals, fields, `[OFFSET()]`, `[ORDINAL()]`, `[SAFE_OFFSET()]`, `[SAFE_ORDINAL()]`, JSON subscripts',
  'Window functions with ROWS and RANGE frames, named windows',
  'Types: INT64, FLOAT64, NUMERIC, BIGNUMERIC, BOOL, STRING, BYTES, DATE, TIME, DATETIME, TIMESTAMP, INTERVAL, JSON, ARRAY, STRUCT; GEOGRAPHY as well-known text or bytes',
  'Named and positional parameters of every such type, bound and never pasted',
  'EXPORT DATA OPTIONS(…) AS query',
  'CREATE [OR REPLACE] TABLE [IF NOT EXISTS] with columns, PARTITION BY, CLUSTER BY, OPTIONS(description, friendly_name, labels, expiration_timestamp, partition_expiration_days, require_partition_filter), AS query',
  'CREATE [OR REPLACE] VIEW [IF NOT EXISTS], DROP TABLE, DROP VIEW, TRUNCATE TABLE',
  'CREATE [OR REPLACE] ROW ACCESS POLICY [IF NOT EXISTS], DROP ROW ACCESS POLICY [IF EXISTS], DROP ALL ROW ACCESS POLICIES',
  'Scripts of these statements, with CREATE TEMP TABLE and _SESSION: a job for each statement',
  'INSERT with VALUES or a query, UPDATE … SET … WHERE, DELETE … WHERE',
];

/** What is refused by its name, so that nobody looks for it in vain. */
export const refusedConstructs: readonly string[] = [
  'MERGE, UPDATE … FROM, UPDATE of nested fields, DEFAULT, ALTER, CREATE and DROP of schemas, functions and procedures',
  'Variables, control flow and EXECUTE IMMEDIATE in scripts, procedures, transactions, sessions',
  'Pipe syntax (`|>`)',
  'RANGE values, other GEOGRAPHY functions, HLL, KLL, AEAD, NET, ML, SEARCH',
  'INTERSECT ALL, EXCEPT ALL, set operations BY NAME, NATURAL JOIN',
  'Lambdas as arguments, user-defined functions, remote functions',
  'COLLATE',
];
