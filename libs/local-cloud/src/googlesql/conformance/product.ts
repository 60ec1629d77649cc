import { answers, bound, evaluates } from './build-case.js';
import { type ConformanceCase } from './conformance-case.js';

const people = `(SELECT 1 AS id, 'ann@example.com' AS email, 'Ann' AS name, DATE '2024-02-29' AS born, 1.5 AS score, STRUCT('x' AS city, [1, 2] AS codes) AS home
 UNION ALL SELECT 2, CAST(NULL AS STRING), 'Bartholomew', DATE '1999-12-31', NULL, NULL)`;
const text = (name: string, value: string) => ({
  name,
  type: { name, type: 'STRING', mode: 'NULLABLE' as const },
  value,
});

/** The shapes of SQL that exports ask for: masks, filters, flattening, fingerprints. */
export const product: readonly ConformanceCase[] = [
  answers(
    'mask keep-first',
    `SELECT CONCAT(SUBSTR(source_row.\`name\`, 1, 2), REPEAT('*', GREATEST(LENGTH(source_row.\`name\`) - 2, 0))) AS \`name\` FROM ${people} AS source_row ORDER BY source_row.\`id\``,
    [['An*'], ['Ba*********']],
  ),
  answers(
    'mask keep-last',
    `SELECT CONCAT(REPEAT('*', GREATEST(LENGTH(source_row.\`email\`) - 3, 0)), RIGHT(source_row.\`email\`, 3)) AS \`email\` FROM ${people} AS source_row ORDER BY source_row.\`id\``,
    [['************com'], [null]],
    'NULL stays NULL',
  ),
  answers(
    'mask of a short text',
    "SELECT CONCAT(SUBSTR(t, 1, 5), REPEAT('*', GREATEST(LENGTH(t) - 5, 0))) FROM UNNEST(['ab']) AS t",
    [['ab']],
  ),
  answers(
    'mask date-to-month',
    `SELECT DATE_TRUNC(source_row.\`born\`, MONTH) AS \`born\` FROM ${people} AS source_row ORDER BY source_row.\`id\``,
    [['2024-02-01'], ['1999-12-01']],
  ),
  answers(
    'mask email-domain',
    `SELECT REGEXP_EXTRACT(source_row.\`email\`, r'@([^@]+)$') AS \`email\` FROM ${people} AS source_row ORDER BY source_row.\`id\``,
    [['example.com'], [null]],
  ),
  answers(
    'mask null',
    `SELECT CAST(NULL AS INT64) AS \`id\`, IF(FALSE, source_row.\`home\`, NULL) AS \`home\` FROM ${people} AS source_row LIMIT 1`,
    [[null, null]],
  ),
  bound(
    [text('p0', 'k')],
    evaluates(
      'mask sha256',
      "TO_HEX(SHA256(CONCAT(CAST(@p0 AS BYTES), SHA256(CONCAT(CAST(@p0 AS BYTES), CAST('v' AS BYTES))))))",
      '8d38f9ca5d3607cf5bb2ab717d6c82792d48a5f7f70e2f80473fe7f94181ff02',
    ),
  ),
  bound(
    [
      text('p0', 'e@x'),
      { name: 'p1', type: { name: 'p1', type: 'INTEGER', mode: 'REPEATED' }, value: ['1', '2'] },
    ],
    answers(
      'filter',
      `SELECT source_row.\`id\` AS \`id\` FROM ${people} AS source_row WHERE ((STRPOS(\`email\`, @p0) > 0) OR (\`id\` NOT IN UNNEST(@p1)))`,
      [],
    ),
  ),
  bound(
    [text('p0', '%')],
    answers(
      'filter',
      `SELECT source_row.\`id\` AS \`id\` FROM ${people} AS source_row WHERE ((STARTS_WITH(CAST(\`id\` AS STRING), @p0)) OR (ENDS_WITH(\`email\`, 'com')))`,
      [['1']],
    ),
  ),
  answers(
    'flatten',
    `SELECT source_row.\`home\`.\`city\` AS \`home_city\`, TO_JSON_STRING(source_row.\`home\`.\`codes\`) AS \`home_codes\` FROM ${people} AS source_row ORDER BY source_row.\`id\``,
    [
      ['x', '[1,2]'],
      [null, 'null'],
    ],
  ),
  answers(
    'limit and order',
    `SELECT source_row.\`id\` AS \`id\` FROM ${people} AS source_row ORDER BY source_row.\`score\` DESC LIMIT 1`,
    [['1']],
  ),
  answers(
    'cast',
    `SELECT CAST(source_row.\`score\` AS STRING) AS \`score\` FROM ${people} AS source_row ORDER BY source_row.\`id\``,
    [['1.5'], [null]],
  ),
  answers('sample', `SELECT COUNT(*) FROM ${people} AS source_row WHERE (RAND() < 1)`, [['2']]),
  answers(
    'fingerprint',
    `SELECT COUNT(*) AS row_count,
  CONCAT(CAST(COALESCE(BIT_XOR(row_hash), 0) AS STRING), ':', CAST(COALESCE(SUM(CAST(row_hash AS BIGNUMERIC)), 0) AS STRING)) AS fingerprint
FROM (SELECT FARM_FINGERPRINT(t) AS row_hash FROM UNNEST(['1footrue', '2applefalse', '1footrue']) AS t)`,
    [['3', '2794438866806483259:-288869335452794163']],
    'order does not matter, repetition does',
  ),
  answers(
    'fingerprint of nothing',
    `SELECT COUNT(*) AS row_count, CONCAT(CAST(COALESCE(BIT_XOR(h), 0) AS STRING), ':', CAST(COALESCE(SUM(CAST(h AS BIGNUMERIC)), 0) AS STRING)) AS fingerprint FROM UNNEST(CAST([] AS ARRAY<INT64>)) AS h`,
    [['0', '0:0']],
  ),
  answers(
    'row as text',
    `SELECT TO_JSON_STRING(STRUCT(source_row.\`id\` AS \`id\`, CAST(source_row.\`score\` AS STRING) AS \`score\`, source_row.\`born\` AS \`born\`)) FROM ${people} AS source_row ORDER BY source_row.\`id\``,
    [['{"id":1,"score":"1.5","born":"2024-02-29"}'], ['{"id":2,"score":null,"born":"1999-12-31"}']],
  ),
];
