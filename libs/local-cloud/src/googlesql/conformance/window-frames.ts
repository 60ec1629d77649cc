import { answers, fails } from './build-case.js';
import { type ConformanceCase } from './conformance-case.js';

const runners =
  "FROM UNNEST([STRUCT('Sophia' AS name, 'F30' AS division, 251 AS t), ('Lisa', 'F35', 254), ('Nikki', 'F30', 259), ('Lauren', 'F35', 301), ('Meghan', 'F30', 259)])";

/** Frames of windows, named windows and QUALIFY. */
export const windowFrames: readonly ConformanceCase[] = [
  answers(
    'SUM OVER',
    'SELECT x, SUM(x) OVER (ORDER BY x) AS s FROM UNNEST([1, 2, 2, 3]) AS x ORDER BY x',
    [
      ['1', '1'],
      ['2', '5'],
      ['2', '5'],
      ['3', '8'],
    ],
    'peers share the frame of the default RANGE',
  ),
  answers(
    'SUM OVER ROWS',
    'SELECT x, SUM(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM UNNEST([1, 2, 4]) AS x ORDER BY x',
    [
      ['1', '1'],
      ['2', '3'],
      ['4', '6'],
    ],
  ),
  answers(
    'SUM OVER RANGE',
    'SELECT x, SUM(x) OVER (ORDER BY x RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS s FROM UNNEST([1, 2, 4, 5]) AS x ORDER BY x',
    [
      ['1', '3'],
      ['2', '3'],
      ['4', '9'],
      ['5', '9'],
    ],
  ),
  answers(
    'AVG OVER',
    'SELECT x, AVG(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS a FROM UNNEST([0, 2, NULL, 4, 5]) AS x ORDER BY x',
    [
      [null, null],
      ['0', '0.0'],
      ['2', '1.0'],
      ['4', '3.0'],
      ['5', '4.5'],
    ],
  ),
  answers(
    'COUNT OVER',
    'SELECT x, COUNT(*) OVER (PARTITION BY MOD(x, 3)) AS c FROM UNNEST([1, 4, 4, 5]) AS x ORDER BY x',
    [
      ['1', '3'],
      ['4', '3'],
      ['4', '3'],
      ['5', '1'],
    ],
  ),
  answers(
    'COUNTIF OVER',
    'SELECT x, COUNTIF(x < 0) OVER (ORDER BY ABS(x) ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS c FROM UNNEST([5, -2, 3, -10]) AS x ORDER BY ABS(x)',
    [
      ['-2', '1'],
      ['3', '1'],
      ['5', '1'],
      ['-10', '1'],
    ],
  ),
  answers(
    'ARRAY_AGG OVER',
    'SELECT x, ARRAY_AGG(x) OVER (ORDER BY x) AS a FROM UNNEST([1, 2]) AS x ORDER BY x',
    [
      ['1', ['1']],
      ['2', ['1', '2']],
    ],
  ),
  answers(
    'named window',
    'SELECT x, SUM(x) OVER w AS s, COUNT(*) OVER w AS c FROM UNNEST([1, 2, 3]) AS x WINDOW w AS (ORDER BY x) ORDER BY x',
    [
      ['1', '1', '1'],
      ['2', '3', '2'],
      ['3', '6', '3'],
    ],
  ),
  answers(
    'named window',
    'SELECT x, SUM(x) OVER (w ROWS 1 PRECEDING) AS s FROM UNNEST([1, 2, 3]) AS x WINDOW w AS (ORDER BY x) ORDER BY x',
    [
      ['1', '1'],
      ['2', '3'],
      ['3', '5'],
    ],
  ),
  answers(
    'QUALIFY',
    `SELECT name ${runners} WHERE TRUE QUALIFY ROW_NUMBER() OVER (PARTITION BY division ORDER BY t) = 1 ORDER BY name`,
    [['Lisa'], ['Sophia']],
  ),
  answers(
    'QUALIFY',
    'SELECT x, RANK() OVER (ORDER BY x DESC) AS r FROM UNNEST([1, 2, 3]) AS x QUALIFY r <= 2 ORDER BY r',
    [
      ['3', '1'],
      ['2', '2'],
    ],
  ),
  answers(
    'window over groups',
    `SELECT division, SUM(COUNT(*)) OVER (ORDER BY division) AS running ${runners} GROUP BY division ORDER BY division`,
    [
      ['F30', '3'],
      ['F35', '5'],
    ],
  ),
  fails(
    'window in WHERE',
    `SELECT name ${runners} WHERE ROW_NUMBER() OVER (ORDER BY t) = 1`,
    /WHERE|analytic|window/i,
  ),
];
