import { answers, fails, typed } from './build-case.js';
import { type ConformanceCase } from './conformance-case.js';

const roster =
  "Roster AS (SELECT 'Adams' AS name, 50 AS school UNION ALL SELECT 'Buchanan', 52 UNION ALL SELECT 'Coolidge', 52 UNION ALL SELECT 'Davis', 51 UNION ALL SELECT 'Eisenhower', 77)";
const mascots =
  "Mascots AS (SELECT 50 AS school, 'Jaguars' AS mascot UNION ALL SELECT 51, 'Knights' UNION ALL SELECT 52, 'Lakers' UNION ALL SELECT 53, 'Mustangs')";
const produce =
  "Produce AS (SELECT 'Kale' AS product, 51 AS sales, 'Q1' AS quarter UNION ALL SELECT 'Kale', 23, 'Q2' UNION ALL SELECT 'Apple', 77, 'Q1' UNION ALL SELECT 'Apple', 1, 'Q2')";

/** SELECT, FROM, joins, set operators, WITH, PIVOT and names. */
export const queries: readonly ConformanceCase[] = [
  answers('SELECT *', 'SELECT * FROM (SELECT 1 AS a, 2 AS b)', [['1', '2']]),
  answers('SELECT * EXCEPT', 'SELECT * EXCEPT (b) FROM (SELECT 1 AS a, 2 AS b, 3 AS c)', [
    ['1', '3'],
  ]),
  answers('SELECT * REPLACE', 'SELECT * REPLACE (a * 10 AS a) FROM (SELECT 1 AS a, 2 AS b)', [
    ['10', '2'],
  ]),
  answers('SELECT t.*', 'SELECT t.*, 9 AS z FROM (SELECT 1 AS a, 2 AS b) AS t', [['1', '2', '9']]),
  answers('SELECT AS STRUCT', 'SELECT (SELECT AS STRUCT 1 AS a, 2 AS b)', [[{ a: '1', b: '2' }]]),
  answers('SELECT AS VALUE', 'SELECT AS VALUE STRUCT(1 AS a, 2 AS b)', [['1', '2']]),
  answers(
    'SELECT DISTINCT',
    'SELECT DISTINCT a, b FROM UNNEST([STRUCT(1 AS a, 2 AS b), (1, 2), (1, 3)]) ORDER BY b',
    [
      ['1', '2'],
      ['1', '3'],
    ],
  ),
  answers(
    'case of names',
    'SELECT FOO FROM (SELECT 1 AS foo)',
    [['1']],
    'column names ignore case',
  ),
  answers('quoted names', 'SELECT `a b`, `select` FROM (SELECT 1 AS `a b`, 2 AS `select`)', [
    ['1', '2'],
  ]),
  answers('LIMIT', 'SELECT x FROM UNNEST([3, 1, 2]) AS x ORDER BY x LIMIT 1 OFFSET 1', [['2']]),
  answers('LIMIT', 'SELECT x FROM UNNEST([3, 1, 2]) AS x LIMIT 0', []),
  answers('ORDER BY ordinal', 'SELECT x, -x AS y FROM UNNEST([1, 2]) AS x ORDER BY 2', [
    ['2', '-2'],
    ['1', '-1'],
  ]),
  answers(
    'ORDER BY alias',
    'SELECT -x AS x FROM UNNEST([1, 2]) AS x ORDER BY x',
    [['-2'], ['-1']],
    'the alias hides the column',
  ),
  answers('WITH', 'WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS x FROM a) SELECT x FROM b', [
    ['2'],
  ]),
  answers(
    'WITH',
    'WITH a AS (SELECT 1 AS x) SELECT * FROM (WITH a AS (SELECT 2 AS x) SELECT x FROM a)',
    [['2']],
    'the inner name hides the outer',
  ),
  answers(
    'WITH RECURSIVE',
    'WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 4) SELECT n FROM t ORDER BY n',
    [['1'], ['2'], ['3'], ['4']],
  ),
  answers(
    'JOIN',
    `WITH ${roster}, ${mascots} SELECT r.name, m.mascot FROM Roster AS r JOIN Mascots AS m ON r.school = m.school ORDER BY name`,
    [
      ['Adams', 'Jaguars'],
      ['Buchanan', 'Lakers'],
      ['Coolidge', 'Lakers'],
      ['Davis', 'Knights'],
    ],
  ),
  answers(
    'LEFT JOIN',
    `WITH ${roster}, ${mascots} SELECT r.name, m.mascot FROM Roster AS r LEFT JOIN Mascots AS m ON r.school = m.school WHERE r.name > 'D' ORDER BY name`,
    [
      ['Davis', 'Knights'],
      ['Eisenhower', null],
    ],
  ),
  answers(
    'RIGHT JOIN',
    `WITH ${roster}, ${mascots} SELECT r.name, m.mascot FROM Roster AS r RIGHT JOIN Mascots AS m ON r.school = m.school WHERE r.name IS NULL`,
    [[null, 'Mustangs']],
  ),
  answers(
    'FULL JOIN',
    `WITH ${roster}, ${mascots} SELECT COUNT(*) FROM Roster AS r FULL OUTER JOIN Mascots AS m ON r.school = m.school`,
    [['6']],
  ),
  answers(
    'CROSS JOIN',
    'SELECT COUNT(*) FROM UNNEST([1, 2]) AS a CROSS JOIN UNNEST([1, 2, 3]) AS b',
    [['6']],
  ),
  answers('comma join', 'SELECT a, b FROM UNNEST([1, 2]) AS a, UNNEST([3]) AS b ORDER BY a', [
    ['1', '3'],
    ['2', '3'],
  ]),
  answers(
    'JOIN USING',
    `WITH ${roster}, ${mascots} SELECT * FROM Roster JOIN Mascots USING (school) WHERE name = 'Adams'`,
    [['50', 'Adams', 'Jaguars']],
    'the shared column comes first, once',
  ),
  answers(
    'FULL JOIN USING',
    'WITH a AS (SELECT 1 AS k), b AS (SELECT 2 AS k) SELECT k FROM a FULL JOIN b USING (k) ORDER BY k',
    [['1'], ['2']],
  ),
  answers(
    'JOIN on NULL',
    'SELECT COUNT(*) FROM UNNEST([1, NULL]) AS a JOIN UNNEST([1, NULL]) AS b ON a = b',
    [['1']],
  ),
  answers('UNION ALL', 'SELECT x FROM (SELECT 1 AS x UNION ALL SELECT 1) ORDER BY x', [
    ['1'],
    ['1'],
  ]),
  answers(
    'UNION DISTINCT',
    'SELECT x FROM (SELECT 1 AS x UNION DISTINCT SELECT 1 UNION DISTINCT SELECT NULL UNION DISTINCT SELECT NULL) ORDER BY x',
    [[null], ['1']],
  ),
  answers(
    'INTERSECT DISTINCT',
    'SELECT * FROM UNNEST([1, 2, 2, 3]) INTERSECT DISTINCT SELECT * FROM UNNEST([2, 2, 4])',
    [['2']],
  ),
  answers(
    'EXCEPT DISTINCT',
    'SELECT x FROM (SELECT * FROM UNNEST([1, 2, 2, 3]) AS x EXCEPT DISTINCT SELECT * FROM UNNEST([2])) ORDER BY x',
    [['1'], ['3']],
  ),
  typed(
    'FLOAT64',
    answers(
      'UNION ALL',
      'SELECT 1 AS x UNION ALL SELECT 2.5 ORDER BY x',
      [['1.0'], ['2.5']],
      'the common supertype',
    ),
  ),
  answers(
    'UNION ALL',
    'SELECT 1 AS a, 2 AS b UNION ALL SELECT 3 AS b, 4 AS a ORDER BY a',
    [
      ['1', '2'],
      ['3', '4'],
    ],
    'by position, not by name',
  ),
  fails('UNION', 'SELECT 1 UNION SELECT 2', /ALL|DISTINCT|union/i, 'ALL or DISTINCT must be said'),
  answers('scalar subquery', 'SELECT (SELECT MAX(x) FROM UNNEST([1, 2]) AS x)', [['2']]),
  answers('scalar subquery', 'SELECT (SELECT x FROM UNNEST([1]) AS x WHERE x > 5)', [[null]]),
  fails('scalar subquery', 'SELECT (SELECT x FROM UNNEST([1, 2]) AS x)', /more than one/i),
  answers(
    'correlated subquery',
    `WITH ${roster}, ${mascots} SELECT name FROM Roster AS r WHERE NOT EXISTS (SELECT 1 FROM Mascots AS m WHERE m.school = r.school)`,
    [['Eisenhower']],
  ),
  answers(
    'IN subquery',
    `WITH ${roster}, ${mascots} SELECT mascot FROM Mascots WHERE school NOT IN (SELECT school FROM Roster)`,
    [['Mustangs']],
  ),
  answers(
    'NOT IN subquery',
    'SELECT x FROM UNNEST([1, 2]) AS x WHERE x NOT IN (SELECT y FROM UNNEST([2, NULL]) AS y)',
    [],
    'a NULL in the set excludes all',
  ),
  answers(
    'PIVOT',
    `WITH ${produce} SELECT * FROM Produce PIVOT(SUM(sales) FOR quarter IN ('Q1', 'Q2')) ORDER BY product`,
    [
      ['Apple', '77', '1'],
      ['Kale', '51', '23'],
    ],
  ),
  answers(
    'PIVOT',
    `WITH ${produce} SELECT product, total_first, n_first FROM Produce PIVOT(SUM(sales) AS total, COUNT(*) AS n FOR quarter IN ('Q1' AS first)) ORDER BY product`,
    [
      ['Apple', '77', '1'],
      ['Kale', '51', '1'],
    ],
    'aggregate’s alias, then the value’s',
  ),
  answers(
    'UNPIVOT',
    "SELECT product, sales, quarter FROM (SELECT 'Kale' AS product, 51 AS Q1, 23 AS Q2, CAST(NULL AS INT64) AS Q3) UNPIVOT(sales FOR quarter IN (Q1, Q2, Q3)) ORDER BY quarter",
    [
      ['Kale', '51', 'Q1'],
      ['Kale', '23', 'Q2'],
    ],
    'NULLs are left out',
  ),
  answers(
    'UNPIVOT INCLUDE NULLS',
    'SELECT quarter, sales FROM (SELECT 1 AS Q1, CAST(NULL AS INT64) AS Q2) UNPIVOT INCLUDE NULLS (sales FOR quarter IN (Q1, Q2)) ORDER BY quarter',
    [
      ['Q1', '1'],
      ['Q2', null],
    ],
  ),
  answers('semicolon', 'SELECT 1;', [['1']]),
  answers('parentheses', '((SELECT 1))', [['1']]),
  fails('unknown column', 'SELECT nope FROM (SELECT 1 AS a)', /Unrecognized name: nope|nope/i),
  fails(
    'ambiguous column',
    'SELECT a FROM (SELECT 1 AS a) AS x, (SELECT 2 AS a) AS y',
    /ambiguous/i,
  ),
  fails('unknown function', 'SELECT NO_SUCH_FUNCTION(1)', /NO_SUCH_FUNCTION/i),
  fails('syntax', 'SELECT FROM WHERE', /syntax/i),
  fails('empty query', '   ', /syntax|empty|unexpected end/i),
  fails('type', "SELECT 1 + 'a'", /signature|operator|types|argument|'a'|int64/i),
];
