import { answers, evaluates, fails, typed } from './build-case.js';
import { type ConformanceCase } from './conformance-case.js';

const overEmpty = 'FROM UNNEST(CAST([] AS ARRAY<INT64>)) AS x';
const fruit = "FROM UNNEST(['apple', NULL, 'pear', 'banana', 'pear']) AS f";
const sales =
  "FROM UNNEST([STRUCT('n' AS region, 'a' AS item, 10 AS q), ('n', 'b', 5), ('s', 'a', 1), ('s', 'a', 2)])";

/** Aggregate functions, GROUP BY and HAVING. */
export const aggregates: readonly ConformanceCase[] = [
  answers(
    'COUNT',
    'SELECT COUNT(*), COUNT(x), COUNT(DISTINCT x) FROM UNNEST([1, 4, NULL, 4, 5]) AS x',
    [['5', '4', '3']],
  ),
  answers(
    'COUNTIF',
    'SELECT COUNTIF(x < 0), COUNTIF(x > 0) FROM UNNEST([5, -2, 3, 6, -10, NULL, -7, 4, 0]) AS x',
    [['3', '4']],
  ),
  answers('COUNT', `SELECT COUNT(*), COUNTIF(x > 0) ${overEmpty}`, [['0', '0']]),
  answers('SUM', `SELECT SUM(x) ${overEmpty}`, [[null]], 'the sum of nothing is NULL'),
  typed(
    'INT64',
    answers(
      'SUM',
      'SELECT SUM(x) AS v FROM UNNEST([1, 2, NULL, 3]) AS x',
      [['6']],
      'no wider type',
    ),
  ),
  typed('FLOAT64', answers('SUM', 'SELECT SUM(x) AS v FROM UNNEST([1.5, 2.5]) AS x', [['4.0']])),
  typed(
    'NUMERIC',
    answers('SUM', "SELECT SUM(x) AS v FROM UNNEST([NUMERIC '0.1', NUMERIC '0.2']) AS x", [
      ['0.3'],
    ]),
  ),
  answers('SUM', 'SELECT SUM(DISTINCT x) FROM UNNEST([1, 2, 3, 4, 5, 4, 3, 2, 1]) AS x', [['15']]),
  fails('SUM', 'SELECT SUM(x) FROM UNNEST([9223372036854775807, 1]) AS x', /overflow/i),
  typed(
    'FLOAT64',
    answers('AVG', 'SELECT AVG(x) AS v FROM UNNEST([0, 2, NULL, 4, 4, 5]) AS x', [['3.0']]),
  ),
  answers('AVG', 'SELECT AVG(DISTINCT x) FROM UNNEST([0, 2, 4, 4, 5]) AS x', [['2.75']]),
  typed(
    'NUMERIC',
    answers('AVG', "SELECT AVG(x) AS v FROM UNNEST([NUMERIC '1', NUMERIC '2']) AS x", [['1.5']]),
  ),
  answers('MIN', `SELECT MIN(f), MAX(f) ${fruit}`, [['apple', 'pear']]),
  answers('MIN', `SELECT MIN(x), MAX(x) ${overEmpty}`, [[null, null]]),
  answers(
    'MAX',
    "SELECT MAX(x) FROM UNNEST([1.0, CAST('nan' AS FLOAT64), 3.0]) AS x",
    [['NaN']],
    'NaN wins',
  ),
  answers(
    'MIN',
    "SELECT MIN(x) FROM UNNEST([1.0, CAST('nan' AS FLOAT64), 3.0]) AS x",
    [['NaN']],
    'NaN wins here too',
  ),
  answers('MAX', "SELECT MAX(d) FROM UNNEST([DATE '2024-01-01', DATE '2023-12-31']) AS d", [
    ['2024-01-01'],
  ]),
  answers('ANY_VALUE', 'SELECT ANY_VALUE(x) FROM UNNEST([7, 7, NULL]) AS x', [['7']]),
  answers(
    'ANY_VALUE HAVING MAX',
    `SELECT ANY_VALUE(item HAVING MAX q), ANY_VALUE(region HAVING MIN q) ${sales}`,
    [['a', 's']],
  ),
  answers('MAX_BY', `SELECT MAX_BY(item, q), MIN_BY(region, q) ${sales}`, [['a', 's']]),
  answers(
    'ARRAY_AGG',
    'SELECT ARRAY_AGG(x ORDER BY x DESC LIMIT 2) FROM UNNEST([2, 1, -2, 3]) AS x',
    [[['3', '2']]],
  ),
  answers(
    'ARRAY_AGG',
    'SELECT ARRAY_AGG(x IGNORE NULLS ORDER BY x) FROM UNNEST([NULL, 1, -2, NULL]) AS x',
    [[['-2', '1']]],
  ),
  answers(
    'ARRAY_AGG',
    'SELECT ARRAY_AGG(DISTINCT x ORDER BY x) FROM UNNEST([2, 1, -2, 1, 2]) AS x',
    [[['-2', '1', '2']]],
  ),
  answers(
    'ARRAY_AGG',
    'SELECT TO_JSON_STRING(ARRAY_AGG(x ORDER BY x)) FROM UNNEST([NULL, 1]) AS x',
    [['[null,1]']],
    'NULLs are kept, first',
  ),
  fails(
    'ARRAY_AGG',
    'SELECT ARRAY_AGG(x) FROM UNNEST([1, NULL]) AS x',
    /null/i,
    'but a result may not hold them',
  ),
  answers('ARRAY_AGG', `SELECT ARRAY_AGG(x) IS NULL ${overEmpty}`, [['true']], 'NULL, not empty'),
  answers(
    'ARRAY_AGG',
    'SELECT ARRAY_AGG(STRUCT(x, x * 2 AS y) ORDER BY x) FROM UNNEST([2, 1]) AS x',
    [
      [
        [
          { x: '1', y: '2' },
          { x: '2', y: '4' },
        ],
      ],
    ],
  ),
  answers(
    'STRING_AGG',
    `SELECT STRING_AGG(f ORDER BY f) ${fruit}`,
    [['apple,banana,pear,pear']],
    'the comma is the default; NULLs are left out',
  ),
  answers('STRING_AGG', `SELECT STRING_AGG(f, ' & ' ORDER BY LENGTH(f), f) ${fruit}`, [
    ['pear & pear & apple & banana'],
  ]),
  answers('STRING_AGG', `SELECT STRING_AGG(DISTINCT f, ' & ' ORDER BY f DESC LIMIT 2) ${fruit}`, [
    ['pear & banana'],
  ]),
  answers('STRING_AGG', "SELECT STRING_AGG(s, '') FROM UNNEST(CAST([] AS ARRAY<STRING>)) AS s", [
    [null],
  ]),
  answers('BIT_AND', 'SELECT BIT_AND(x), BIT_OR(x) FROM UNNEST([0xF001, 0x00A1]) AS x', [
    ['1', '61601'],
  ]),
  answers('BIT_XOR', 'SELECT BIT_XOR(x) FROM UNNEST([1234, 5678, 1234]) AS x', [['5678']]),
  answers('BIT_XOR', 'SELECT BIT_XOR(DISTINCT x) FROM UNNEST([1234, 5678, 1234]) AS x', [['4860']]),
  answers(
    'BIT_XOR',
    `SELECT BIT_XOR(x) ${overEmpty}`,
    [[null]],
    'COALESCE around it has work to do',
  ),
  answers(
    'LOGICAL_AND',
    'SELECT LOGICAL_AND(x), LOGICAL_OR(x) FROM UNNEST([TRUE, FALSE, NULL]) AS x',
    [['false', 'true']],
  ),
  answers('LOGICAL_AND', 'SELECT LOGICAL_AND(x > 0) FROM UNNEST([1, NULL]) AS x', [['true']]),
  answers('STDDEV', 'SELECT STDDEV_POP(x), VAR_POP(x) FROM UNNEST([2, 4, 4, 4, 5, 5, 7, 9]) AS x', [
    ['2.0', '4.0'],
  ]),
  answers(
    'VARIANCE',
    'SELECT VARIANCE(x), VAR_SAMP(x), ROUND(STDDEV(x), 4) FROM UNNEST([1, 2, 3, 4]) AS x',
    [['1.6666666666666667', '1.6666666666666667', '1.291']],
  ),
  answers('VAR_SAMP', 'SELECT VAR_SAMP(x) FROM UNNEST([10]) AS x', [[null]]),
  answers(
    'CORR',
    'SELECT ROUND(CORR(x, x * 2), 10), COVAR_POP(x, x) FROM UNNEST([1.0, 2.0, 3.0, 4.0]) AS x',
    [['1.0', '1.25']],
  ),
  answers(
    'APPROX_COUNT_DISTINCT',
    'SELECT APPROX_COUNT_DISTINCT(x) FROM UNNEST([0, 1, 1, 2, 3, 5, NULL]) AS x',
    [['5']],
  ),
  answers('APPROX_QUANTILES', 'SELECT APPROX_QUANTILES(x, 2) FROM UNNEST([1, 2, 3]) AS x', [
    [['1', '2', '3']],
  ]),
  answers('GROUP BY', `SELECT region, SUM(q) AS total ${sales} GROUP BY region ORDER BY region`, [
    ['n', '15'],
    ['s', '3'],
  ]),
  answers('GROUP BY ordinal', `SELECT region, item, SUM(q) ${sales} GROUP BY 1, 2 ORDER BY 1, 2`, [
    ['n', 'a', '10'],
    ['n', 'b', '5'],
    ['s', 'a', '3'],
  ]),
  answers(
    'GROUP BY alias',
    `SELECT UPPER(region) AS r, COUNT(*) AS n ${sales} GROUP BY r ORDER BY r`,
    [
      ['N', '2'],
      ['S', '2'],
    ],
  ),
  answers('GROUP BY ALL', `SELECT region, COUNT(*) AS n ${sales} GROUP BY ALL ORDER BY region`, [
    ['n', '2'],
    ['s', '2'],
  ]),
  answers(
    'GROUP BY',
    'SELECT x, COUNT(*) FROM UNNEST([1, NULL, NULL]) AS x GROUP BY x ORDER BY x',
    [
      [null, '2'],
      ['1', '1'],
    ],
    'NULLs make one group',
  ),
  answers('GROUP BY', `SELECT SUM(x) ${overEmpty} GROUP BY x`, [], 'no rows, no groups'),
  answers('HAVING', `SELECT region ${sales} GROUP BY region HAVING SUM(q) > 3`, [['n']]),
  answers('HAVING', `SELECT COUNT(*) ${sales} HAVING COUNT(*) > 10`, []),
  answers(
    'ROLLUP',
    `SELECT region, item, SUM(q) ${sales} GROUP BY ROLLUP(region, item) ORDER BY region, item`,
    [
      [null, null, '18'],
      ['n', null, '15'],
      ['n', 'a', '10'],
      ['n', 'b', '5'],
      ['s', null, '3'],
      ['s', 'a', '3'],
    ],
  ),
  answers(
    'GROUPING SETS',
    `SELECT region, item, SUM(q), GROUPING(region) AS g ${sales} GROUP BY GROUPING SETS (region, item) ORDER BY region, item`,
    [
      [null, 'a', '13', '1'],
      [null, 'b', '5', '1'],
      ['n', null, '15', '0'],
      ['s', null, '3', '0'],
    ],
  ),
  answers(
    'CUBE',
    `SELECT COUNT(*) AS n FROM (SELECT region, item ${sales} GROUP BY CUBE(region, item))`,
    [['8']],
  ),
  fails(
    'GROUP BY',
    `SELECT region, q ${sales} GROUP BY region`,
    /neither grouped nor aggregated|group by/i,
  ),
  fails('WHERE', `SELECT region ${sales} WHERE SUM(q) > 1`, /aggregate/i),
  evaluates('aggregate of an expression', '(SELECT SUM(x * 2) + 1 FROM UNNEST([1, 2]) AS x)', '7'),
  answers('MIN', 'SELECT MIN(x) FROM UNNEST([TRUE, FALSE]) AS x', [['false']]),
  answers(
    'SUM over BIGNUMERIC',
    'SELECT CAST(SUM(CAST(x AS BIGNUMERIC)) AS STRING) FROM UNNEST([9223372036854775807, 9223372036854775807]) AS x',
    [['18446744073709551614']],
  ),
];
