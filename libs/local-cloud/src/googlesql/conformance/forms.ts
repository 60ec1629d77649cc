import { answers, bound, evaluates, fails, typed } from './build-case.js';
import { type ConformanceCase } from './conformance-case.js';

/** Decimals, aggregates and rows where sorting or equality goes by another form of the value. */
export const forms: readonly ConformanceCase[] = [
  answers(
    'ORDER BY',
    "SELECT x FROM UNNEST([BIGNUMERIC '10', BIGNUMERIC '9', BIGNUMERIC '-1.5', BIGNUMERIC '-10']) AS x ORDER BY x",
    [['-10'], ['-1.5'], ['9'], ['10']],
    'numbers, not texts',
  ),
  answers('MAX', "SELECT MAX(x), MIN(x) FROM UNNEST([BIGNUMERIC '10', BIGNUMERIC '9']) AS x", [
    ['10', '9'],
  ]),
  fails(
    'GREATEST',
    "SELECT GREATEST(BIGNUMERIC '10', BIGNUMERIC '9')",
    /GREATEST.*BIGNUMERIC/,
    'not supported here, and said so',
  ),
  answers(
    'SELECT DISTINCT',
    "SELECT COUNT(*) FROM (SELECT DISTINCT x FROM UNNEST([BIGNUMERIC '1.0', BIGNUMERIC '1']) AS x)",
    [['1']],
  ),
  evaluates('IN', "BIGNUMERIC '1.0' IN (BIGNUMERIC '1')", 'true'),
  evaluates('BETWEEN', "BIGNUMERIC '10' BETWEEN BIGNUMERIC '9' AND BIGNUMERIC '11'", 'true'),
  answers(
    'RANK',
    "SELECT x, RANK() OVER (ORDER BY x) AS r FROM UNNEST([BIGNUMERIC '10', BIGNUMERIC '9']) AS x ORDER BY r",
    [
      ['9', '1'],
      ['10', '2'],
    ],
  ),
  answers(
    'JOIN',
    "SELECT COUNT(*) FROM UNNEST([BIGNUMERIC '1.50']) AS a JOIN UNNEST([BIGNUMERIC '1.5']) AS b ON a = b",
    [['1']],
  ),
  answers('AVG', "SELECT AVG(x) FROM UNNEST([BIGNUMERIC '1', BIGNUMERIC '2']) AS x", [['1.5']]),
  answers(
    'ARRAY_AGG',
    "SELECT ARRAY_AGG(x ORDER BY x) FROM UNNEST([BIGNUMERIC '10', BIGNUMERIC '9']) AS x",
    [[['9', '10']]],
  ),
  answers(
    'UNION DISTINCT',
    "SELECT COUNT(*) FROM (SELECT BIGNUMERIC '1.0' AS x UNION DISTINCT SELECT BIGNUMERIC '1')",
    [['1']],
  ),
  answers(
    'GROUP BY',
    "SELECT COUNT(*) FROM UNNEST([BIGNUMERIC '1.0', BIGNUMERIC '1']) AS x GROUP BY x",
    [['2']],
  ),
  evaluates(
    'NUMERIC',
    "NUMERIC '0.000000005' * NUMERIC '0.1'",
    '0.000000001',
    'half away from zero',
  ),
  evaluates(
    'CAST',
    'CAST(9999999999999999999999999999.999999999 AS NUMERIC)',
    '9999999999999999999999999999.999999999',
    'a literal keeps its digits',
  ),
  evaluates(
    'CAST',
    'CAST(1.234567890123456789 AS BIGNUMERIC) = BIGNUMERIC "1.234567890123456789"',
    'true',
  ),
  fails('/', 'SELECT 1e300 / 1e-300', /overflow/i),
  evaluates('SAFE_DIVIDE', 'SAFE_DIVIDE(1e300, 1e-300)', null),
  answers('CORR', 'SELECT CORR(x, x) FROM UNNEST([1.0]) AS x', [[null]], 'one pair is too few'),
  answers('CORR', 'SELECT ROUND(CORR(x, -x), 6) FROM UNNEST([1.0, 2.0, 4.0]) AS x', [['-1.0']]),
  evaluates('NOT LIKE ANY', "'a' NOT LIKE ANY ('a', 'b')", 'true', 'one of them does not match'),
  evaluates('NOT LIKE ANY', "'a' NOT LIKE ANY ('a', '%a%')", 'false'),
  evaluates('NOT LIKE ANY', "'a' NOT LIKE ANY ('a', NULL)", null),
  evaluates('NOT LIKE ALL', "'a' NOT LIKE ALL ('b', 'c')", 'true'),
  evaluates('NOT LIKE ALL', "'a' NOT LIKE ALL ('a', 'c')", 'false'),
  fails(
    'PERCENTILE_CONT',
    "SELECT PERCENTILE_CONT(x, 0.5) OVER () FROM UNNEST([NUMERIC '1']) AS x",
    /PERCENTILE_CONT of NUMERIC/,
    'its answer would be NUMERIC',
  ),
  evaluates('NUMERIC', "NUMERIC '-0.000000005' * NUMERIC '0.1'", '-0.000000001'),
  fails('NUMERIC', "SELECT NUMERIC '1' / NUMERIC '0'", /division by zero/i),
  fails('NUMERIC', "SELECT NUMERIC '99999999999999999999999999999' * 10", /overflow|range/i),
  fails('NUMERIC', "SELECT NUMERIC '99999999999999999999999999999.9' + 1", /overflow|range/i),
  evaluates('MOD', "MOD(NUMERIC '5.5', NUMERIC '2')", '1.5'),
  evaluates('DIV', "DIV(NUMERIC '-5.5', NUMERIC '2')", '-2'),
  answers('AVG', "SELECT AVG(x) FROM UNNEST([NUMERIC '1', NUMERIC '0', NUMERIC '0']) AS x", [
    ['0.333333333'],
  ]),
  answers(
    'MAX_BY',
    'SELECT MAX_BY(x, y) FROM UNNEST([STRUCT(1 AS x, CAST(NULL AS INT64) AS y), (2, 5)])',
    [['2']],
    'rows without a key do not count',
  ),
  answers(
    'STRING_AGG',
    "SELECT STRING_AGG(x, '-' ORDER BY x DESC LIMIT 2) FROM UNNEST(['a', NULL, 'c', 'b']) AS x",
    [['c-b']],
  ),
  fails(
    'STRING_AGG',
    "SELECT STRING_AGG(DISTINCT x ORDER BY y) FROM UNNEST([STRUCT('a' AS x, 1 AS y)])",
    /DISTINCT|ORDER BY/i,
  ),
  answers('LOGICAL_AND', 'SELECT LOGICAL_AND(x) FROM UNNEST(CAST([] AS ARRAY<BOOL>)) AS x', [
    [null],
  ]),
  answers(
    'ORDER BY in a window',
    'SELECT x, ROW_NUMBER() OVER (ORDER BY x DESC) AS n FROM UNNEST([2, NULL, 1]) AS x ORDER BY n',
    [
      ['2', '1'],
      ['1', '2'],
      [null, '3'],
    ],
  ),
  answers(
    'ARRAY_AGG',
    'SELECT TO_JSON_STRING(ARRAY_AGG(x ORDER BY x DESC)) FROM UNNEST([NULL, 1]) AS x',
    [['[1,null]']],
  ),
  fails('NTILE', 'SELECT NTILE(0) OVER (ORDER BY x) FROM UNNEST([1]) AS x', /NTILE|positive|0/i),
  fails('LAG', 'SELECT LAG(x, -1) OVER (ORDER BY x) FROM UNNEST([1]) AS x', /negative|offset|LAG/i),
  answers(
    'LEFT JOIN of rows',
    'WITH a AS (SELECT 1 AS k), b AS (SELECT 2 AS k, 3 AS v) SELECT b.v FROM a LEFT JOIN b ON a.k = b.k',
    [[null]],
  ),
  answers(
    'LEFT JOIN UNNEST',
    'SELECT i IS NULL, i.x FROM (SELECT ARRAY<STRUCT<x INT64>>[] AS items) AS t LEFT JOIN UNNEST(t.items) AS i',
    [['true', null]],
  ),
  answers('row as a value', 'SELECT t FROM (SELECT 1 AS a, 2 AS b) AS t', [[{ a: '1', b: '2' }]]),
  fails(
    'LEFT JOIN of rows',
    'WITH a AS (SELECT 1 AS k), b AS (SELECT 2 AS k) SELECT b IS NULL FROM a LEFT JOIN b ON a.k = b.k',
    /whole rows of b/,
    'a row that is not there is NULL in BigQuery; refused here',
  ),
  fails(
    'COUNT of rows',
    'WITH a AS (SELECT 1 AS k), b AS (SELECT 2 AS k) SELECT COUNT(b) FROM a LEFT JOIN b ON a.k = b.k',
    /whole rows of b/,
  ),
  answers(
    'COUNT of rows',
    'WITH a AS (SELECT 1 AS k), b AS (SELECT 1 AS k) SELECT COUNT(b) FROM a JOIN b ON a.k = b.k',
    [['1']],
  ),
  fails('SELECT * EXCEPT', 'SELECT * EXCEPT (z) FROM (SELECT 1 AS a)', /EXCEPT|z/),
  fails('SELECT * REPLACE', 'SELECT * REPLACE (1 AS z) FROM (SELECT 1 AS a)', /REPLACE|z/),
  fails(
    'GROUP BY',
    'SELECT x FROM UNNEST(["a"]) AS x GROUP BY UPPER(x)',
    /neither grouped|group by/i,
  ),
  answers('GROUP BY', 'SELECT UPPER(x) AS u FROM UNNEST(["a", "A"]) AS x GROUP BY UPPER(x)', [
    ['A'],
  ]),
  answers('GROUP BY', 'SELECT x + 1 AS y, COUNT(*) AS n FROM UNNEST([1, 1]) AS x GROUP BY x', [
    ['2', '2'],
  ]),
  fails(
    'UNION',
    'SELECT 1 UNION ALL SELECT 2 UNION DISTINCT SELECT 3',
    /parenthes|UNION|set operation|syntax/i,
    'different operators need parentheses',
  ),
  answers(
    'set operators',
    '(SELECT 1 AS x UNION ALL SELECT 1) UNION DISTINCT SELECT 2 ORDER BY x',
    [['1'], ['2']],
  ),
  answers(
    'LIMIT in parts',
    '(SELECT x FROM UNNEST([3, 1, 2]) AS x ORDER BY x LIMIT 1) UNION ALL (SELECT 9) ORDER BY x',
    [['1'], ['9']],
  ),
  answers('subquery alias', 'SELECT s.x FROM (SELECT 1 AS x) s', [['1']]),
  typed(
    'STRUCT<x INT64, y STRING>',
    evaluates('SELECT AS STRUCT', "(SELECT AS STRUCT 1 AS x, 'a' AS y)", { x: '1', y: 'a' }),
  ),
  answers(
    'CTE twice',
    'WITH a AS (SELECT RAND() AS r) SELECT COUNT(*) FROM a AS p JOIN a AS q ON TRUE',
    [['1']],
  ),
  bound(
    [{ name: 'p', type: { name: 'p', type: 'BIGNUMERIC', mode: 'NULLABLE' }, value: '10' }],
    answers('@p', "SELECT x FROM UNNEST([BIGNUMERIC '9', BIGNUMERIC '11']) AS x WHERE x > @p", [
      ['11'],
    ]),
  ),
];
