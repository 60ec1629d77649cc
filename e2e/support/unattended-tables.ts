import { type DeployedSystem } from './deployed-system.js';

/** Kinds of tables that BigQuery treats in ways of their own. */
export const tables = [
  'ordinary',
  'policies',
  'formerly',
  'filter',
  'streamed',
  'flexible',
  'types',
] as const;

const path = '/bigquery/v2/projects/outhaul-local';
const rows = `SELECT id, DATE '2026-01-01' + IF(id <= 3, 0, 1) AS day, CONCAT('n', CAST(id AS STRING)) AS name`;
const from = (last: number) => `FROM UNNEST(GENERATE_ARRAY(1, ${last})) AS id`;

/** One column of each type that a table can have. */
const everyType = `${rows},
  id / 7 AS a_float, id > 3 AS a_bool, CAST(id AS NUMERIC) / 10 AS a_numeric, CAST(id AS BIGNUMERIC) / 3 AS a_bignumeric,
  b'\\x00\\xff' AS some_bytes, TIME '12:34:56.789' AS a_time, DATETIME '2026-01-02 03:04:05.678' AS a_datetime,
  TIMESTAMP '2026-01-02 03:04:05.678 UTC' AS a_timestamp, JSON '{"a": [1, null]}' AS a_json,
  [id, 2] AS some_numbers, STRUCT(id AS inner_id, 'x' AS text) AS a_struct`;

/** Six rows each, in two partitions of three; made by an admin for the one who exports them. */
export async function makeTables(system: DeployedSystem, reader: string): Promise<void> {
  await call(system, `${path}/datasets`, {
    datasetReference: { projectId: 'outhaul-local', datasetId: 'shop' },
    location: 'US',
  });
  const create = (name: string, select: string, last = 6, options = '') =>
    `CREATE TABLE shop.${name} PARTITION BY day ${options} AS ${select} ${from(last)}`;
  await Promise.all(
    [
      create('ordinary', rows),
      create('policies', rows),
      create('formerly', rows),
      create('filter', rows, 6, 'OPTIONS(require_partition_filter = TRUE)'),
      create('streamed', rows, 4),
      create('flexible', `${rows}, id AS \`Größe in cm\`, 'x' AS \`order-id\``),
      create('types', everyType),
    ].map((statement) => query(system, statement)),
  );
  await Promise.all([
    ...tables.map((table) =>
      query(system, `CREATE VIEW shop.view_of_${table} AS SELECT * FROM shop.${table}`),
    ),
    query(
      system,
      `CREATE ROW ACCESS POLICY first_rows ON shop.policies GRANT TO ('user:${reader}') FILTER USING (id <= 4)`,
    ),
    query(
      system,
      `CREATE ROW ACCESS POLICY first_rows ON shop.formerly GRANT TO ('user:${reader}') FILTER USING (id <= 4)`,
    ),
    call(system, `${path}/datasets/shop/tables/streamed/insertAll`, {
      rows: [5, 6].map((id) => ({ json: { id, day: '2026-01-02', name: `n${id}` } })),
    }),
  ]);
  await query(system, 'DROP ALL ROW ACCESS POLICIES ON shop.formerly');
}

async function call(system: DeployedSystem, at: string, body: object): Promise<unknown> {
  const answer = await system.cloudCall(at, 'POST', body);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${JSON.stringify(body)}: ${text}`);
  return JSON.parse(text);
}

async function query(system: DeployedSystem, sql: string): Promise<void> {
  const answer = (await call(system, `${path}/queries`, {
    query: sql,
    useLegacySql: false,
    timeoutMs: 60_000,
  })) as { jobComplete: boolean };
  if (!answer.jobComplete) throw new Error(`${sql}: did not end`);
}
