import { answers } from './build-case.js';
import { type ConformanceCase } from './conformance-case.js';

const numbers = 'FROM UNNEST([1, 2, 2, 5, 8, 10, 10]) AS x';
const runners =
  "FROM UNNEST([STRUCT('Sophia' AS name, 'F30' AS division, 251 AS t), ('Lisa', 'F35', 254), ('Nikki', 'F30', 259), ('Lauren', 'F35', 301), ('Meghan', 'F30', 259)])";

/** Numbering and navigation functions of windows. */
export const windows: readonly ConformanceCase[] = [
  answers('RANK', `SELECT x, RANK() OVER (ORDER BY x) AS r ${numbers} ORDER BY x`, [
    ['1', '1'],
    ['2', '2'],
    ['2', '2'],
    ['5', '4'],
    ['8', '5'],
    ['10', '6'],
    ['10', '6'],
  ]),
  answers('DENSE_RANK', `SELECT x, DENSE_RANK() OVER (ORDER BY x) AS r ${numbers} ORDER BY x`, [
    ['1', '1'],
    ['2', '2'],
    ['2', '2'],
    ['5', '3'],
    ['8', '4'],
    ['10', '5'],
    ['10', '5'],
  ]),
  answers(
    'PERCENT_RANK',
    'SELECT x, PERCENT_RANK() OVER (ORDER BY x) AS r FROM UNNEST([1, 2, 2, 5, 8]) AS x ORDER BY x',
    [
      ['1', '0.0'],
      ['2', '0.25'],
      ['2', '0.25'],
      ['5', '0.75'],
      ['8', '1.0'],
    ],
  ),
  answers(
    'CUME_DIST',
    'SELECT x, CUME_DIST() OVER (ORDER BY x) AS r FROM UNNEST([1, 2, 2, 5]) AS x ORDER BY x',
    [
      ['1', '0.25'],
      ['2', '0.75'],
      ['2', '0.75'],
      ['5', '1.0'],
    ],
  ),
  answers(
    'NTILE',
    'SELECT x, NTILE(3) OVER (ORDER BY x) AS r FROM UNNEST([1, 2, 3, 4, 5, 6, 7]) AS x ORDER BY x',
    [
      ['1', '1'],
      ['2', '1'],
      ['3', '1'],
      ['4', '2'],
      ['5', '2'],
      ['6', '3'],
      ['7', '3'],
    ],
  ),
  answers(
    'ROW_NUMBER',
    `SELECT name, ROW_NUMBER() OVER (PARTITION BY division ORDER BY t, name) AS n ${runners} ORDER BY division, n`,
    [
      ['Sophia', '1'],
      ['Meghan', '2'],
      ['Nikki', '3'],
      ['Lisa', '1'],
      ['Lauren', '2'],
    ],
  ),
  answers(
    'ROW_NUMBER',
    'SELECT COUNT(DISTINCT n) FROM (SELECT ROW_NUMBER() OVER () AS n FROM UNNEST([5, 5, 5]))',
    [['3']],
  ),
  answers(
    'ORDER BY in a window',
    'SELECT x, ROW_NUMBER() OVER (ORDER BY x) AS n FROM UNNEST([2, NULL, 1]) AS x ORDER BY n',
    [
      [null, '1'],
      ['1', '2'],
      ['2', '3'],
    ],
    'NULL is the least here too',
  ),
  answers(
    'LAG',
    `SELECT name, LAG(name) OVER (PARTITION BY division ORDER BY t, name) AS p ${runners} ORDER BY division, t, name`,
    [
      ['Sophia', null],
      ['Meghan', 'Sophia'],
      ['Nikki', 'Meghan'],
      ['Lisa', null],
      ['Lauren', 'Lisa'],
    ],
  ),
  answers(
    'LAG',
    'SELECT x, LAG(x, 2, -1) OVER (ORDER BY x) AS p FROM UNNEST([1, 2, 3]) AS x ORDER BY x',
    [
      ['1', '-1'],
      ['2', '-1'],
      ['3', '1'],
    ],
  ),
  answers(
    'LEAD',
    'SELECT x, LEAD(x) OVER (ORDER BY x) AS n FROM UNNEST([1, 2, 3]) AS x ORDER BY x',
    [
      ['1', '2'],
      ['2', '3'],
      ['3', null],
    ],
  ),
  answers(
    'FIRST_VALUE',
    'SELECT x, FIRST_VALUE(x) OVER (ORDER BY x DESC) AS f FROM UNNEST([1, 2, 3]) AS x ORDER BY x',
    [
      ['1', '3'],
      ['2', '3'],
      ['3', '3'],
    ],
  ),
  answers(
    'LAST_VALUE',
    'SELECT x, LAST_VALUE(x) OVER (ORDER BY x) AS l FROM UNNEST([1, 2, 3]) AS x ORDER BY x',
    [
      ['1', '1'],
      ['2', '2'],
      ['3', '3'],
    ],
    'the frame ends at the current row',
  ),
  answers(
    'LAST_VALUE',
    'SELECT x, LAST_VALUE(x) OVER (ORDER BY x ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS l FROM UNNEST([1, 2, 3]) AS x ORDER BY x',
    [
      ['1', '3'],
      ['2', '3'],
      ['3', '3'],
    ],
  ),
  answers(
    'FIRST_VALUE IGNORE NULLS',
    'SELECT i, FIRST_VALUE(v IGNORE NULLS) OVER (ORDER BY i ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS f FROM UNNEST([STRUCT(1 AS i, CAST(NULL AS STRING) AS v), (2, "b")]) ORDER BY i',
    [
      ['1', 'b'],
      ['2', 'b'],
    ],
  ),
  answers(
    'LAST_VALUE IGNORE NULLS',
    'SELECT i, LAST_VALUE(v IGNORE NULLS) OVER (ORDER BY i) AS f FROM UNNEST([STRUCT(1 AS i, "a" AS v), (2, NULL), (3, "c")]) ORDER BY i',
    [
      ['1', 'a'],
      ['2', 'a'],
      ['3', 'c'],
    ],
  ),
  answers(
    'NTH_VALUE',
    'SELECT x, NTH_VALUE(x, 2) OVER (ORDER BY x) AS n FROM UNNEST([1, 2, 3]) AS x ORDER BY x',
    [
      ['1', null],
      ['2', '2'],
      ['3', '2'],
    ],
  ),
  answers(
    'PERCENTILE_CONT',
    'SELECT DISTINCT PERCENTILE_CONT(x, 0) OVER () AS lo, PERCENTILE_CONT(x, 0.5) OVER () AS med, PERCENTILE_CONT(x, 1) OVER () AS hi FROM UNNEST([0, 3, NULL, 1, 2]) AS x',
    [['0.0', '1.5', '3.0']],
    'NULLs are left out',
  ),
  answers(
    'PERCENTILE_DISC',
    "SELECT DISTINCT PERCENTILE_DISC(x, 0.5) OVER () AS med FROM UNNEST(['c', NULL, 'b', 'a']) AS x",
    [['b']],
  ),
];
