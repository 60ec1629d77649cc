import { answers, evaluates, fails, typed } from './build-case.js';
import { type ConformanceCase } from './conformance-case.js';

/** Arrays and structs. */
export const arrays: readonly ConformanceCase[] = [
  typed('ARRAY<INT64>', evaluates('array literal', '[1, 2, 3]', ['1', '2', '3'])),
  typed(
    'ARRAY<FLOAT64>',
    evaluates('array literal', '[1, 2.5]', ['1.0', '2.5'], 'the common supertype'),
  ),
  evaluates('array literal', 'ARRAY<INT64>[]', []),
  evaluates('array literal', "ARRAY<STRING>['x']", ['x']),
  evaluates('array subscript', "['a', 'b'][OFFSET(0)]", 'a', 'offsets begin at 0'),
  evaluates('array subscript', "['a', 'b'][0]", 'a'),
  evaluates('array subscript', "['a', 'b'][ORDINAL(1)]", 'a', 'ordinals begin at 1'),
  evaluates('array subscript', "['a', 'b'][SAFE_OFFSET(2)]", null),
  evaluates('array subscript', "['a', 'b'][SAFE_OFFSET(-1)]", null, 'elsewhere the last element'),
  evaluates('array subscript', "['a', 'b'][SAFE_ORDINAL(0)]", null),
  fails('array subscript', "SELECT ['a', 'b'][OFFSET(2)]", /out of bounds/i, 'elsewhere NULL'),
  fails('array subscript', "SELECT ['a', 'b'][ORDINAL(0)]", /out of bounds/i),
  fails('array subscript', "SELECT ['a', 'b'][OFFSET(-1)]", /out of bounds/i),
  evaluates('ARRAY_LENGTH', "ARRAY_LENGTH(['a', NULL, 'c'])", '3'),
  evaluates('ARRAY_LENGTH', 'ARRAY_LENGTH(CAST(NULL AS ARRAY<INT64>))', null),
  evaluates('ARRAY_CONCAT', 'ARRAY_CONCAT([1, 2], [3, 4], [5])', ['1', '2', '3', '4', '5']),
  evaluates(
    'ARRAY_CONCAT',
    'ARRAY_CONCAT([1], CAST(NULL AS ARRAY<INT64>)) IS NULL',
    'true',
    'elsewhere NULL is skipped',
  ),
  evaluates('ARRAY_REVERSE', 'ARRAY_REVERSE([1, 2, 3])', ['3', '2', '1']),
  evaluates(
    'ARRAY_TO_STRING',
    "ARRAY_TO_STRING(['coffee', 'tea', NULL, 'milk'], '--')",
    'coffee--tea--milk',
  ),
  evaluates(
    'ARRAY_TO_STRING',
    "ARRAY_TO_STRING(['cake', 'pie', NULL], '--', 'MISSING')",
    'cake--pie--MISSING',
  ),
  evaluates(
    'ARRAY_TO_STRING',
    "ARRAY_TO_STRING(CAST([] AS ARRAY<STRING>), ',')",
    '',
    'empty, not NULL',
  ),
  evaluates('ARRAY_SLICE', "ARRAY_SLICE(['a', 'b', 'c', 'd', 'e'], 1, 3)", ['b', 'c', 'd']),
  evaluates('ARRAY_SLICE', "ARRAY_SLICE(['a', 'b', 'c', 'd', 'e'], 1, -3)", ['b', 'c']),
  evaluates('ARRAY_SLICE', "ARRAY_SLICE(['a', 'b', 'c', 'd', 'e'], -30, 1)", ['a', 'b']),
  evaluates('ARRAY_FIRST', "ARRAY_FIRST(['a', 'b'])", 'a'),
  evaluates('ARRAY_LAST', "ARRAY_LAST(['a', 'b'])", 'b'),
  fails('ARRAY_FIRST', 'SELECT ARRAY_FIRST(CAST([] AS ARRAY<INT64>))', /empty|ARRAY_FIRST/i),
  evaluates(
    'GENERATE_ARRAY',
    'GENERATE_ARRAY(1, 5)',
    ['1', '2', '3', '4', '5'],
    'the end is part of it',
  ),
  evaluates('GENERATE_ARRAY', 'GENERATE_ARRAY(0, 10, 3)', ['0', '3', '6', '9']),
  evaluates('GENERATE_ARRAY', 'GENERATE_ARRAY(10, 0, -3)', ['10', '7', '4', '1']),
  evaluates('GENERATE_ARRAY', 'GENERATE_ARRAY(10, 0, 3)', []),
  evaluates('GENERATE_ARRAY', 'GENERATE_ARRAY(5, NULL, 1) IS NULL', 'true'),
  fails('GENERATE_ARRAY', 'SELECT GENERATE_ARRAY(1, 5, 0)', /step|zero|0/i),
  evaluates(
    'GENERATE_TIMESTAMP_ARRAY',
    "ARRAY(SELECT CAST(t AS STRING) FROM UNNEST(GENERATE_TIMESTAMP_ARRAY('2016-10-05 00:00:00', '2016-10-05 00:00:02', INTERVAL 1 SECOND)) AS t ORDER BY t)",
    ['2016-10-05 00:00:00+00', '2016-10-05 00:00:01+00', '2016-10-05 00:00:02+00'],
  ),
  evaluates('ARRAY', 'ARRAY(SELECT x * 2 FROM UNNEST([3, 1, 2]) AS x ORDER BY x)', ['2', '4', '6']),
  evaluates('ARRAY', 'ARRAY(SELECT 1 FROM UNNEST([1]) WHERE FALSE)', [], 'empty, never NULL'),
  evaluates(
    'ARRAY',
    'ARRAY(SELECT AS STRUCT x, x * x AS square FROM UNNEST([1, 2]) AS x ORDER BY x)',
    [
      { x: '1', square: '1' },
      { x: '2', square: '4' },
    ],
  ),
  typed(
    'STRUCT<a INT64, b STRING>',
    evaluates('STRUCT', "STRUCT(1 AS a, 'x' AS b)", { a: '1', b: 'x' }),
  ),
  typed(
    'STRUCT<x INT64, y STRING>',
    evaluates('STRUCT', "STRUCT<x INT64, y STRING>(5, 'abc')", { x: '5', y: 'abc' }),
  ),
  evaluates('field access', "STRUCT(1 AS a, STRUCT('in' AS c) AS b).b.c", 'in'),
  answers('struct columns', 'SELECT s.* FROM (SELECT STRUCT(1 AS a, 2 AS b) AS s)', [['1', '2']]),
  answers('UNNEST', 'SELECT x FROM UNNEST([3, 1, 2]) AS x ORDER BY x', [['1'], ['2'], ['3']]),
  answers(
    'UNNEST WITH OFFSET',
    "SELECT w, o FROM UNNEST(['a', 'b']) AS w WITH OFFSET AS o ORDER BY o",
    [
      ['a', '0'],
      ['b', '1'],
    ],
    'from 0',
  ),
  answers(
    'UNNEST WITH OFFSET',
    "SELECT w, offset FROM UNNEST(['a', 'b']) AS w WITH OFFSET ORDER BY offset",
    [
      ['a', '0'],
      ['b', '1'],
    ],
  ),
  answers(
    'UNNEST',
    'SELECT a, b FROM UNNEST([STRUCT(1 AS a, 2 AS b), (3, 4)]) ORDER BY a',
    [
      ['1', '2'],
      ['3', '4'],
    ],
    'the fields become columns',
  ),
  answers('UNNEST', 'SELECT COUNT(*) FROM UNNEST(CAST(NULL AS ARRAY<INT64>))', [['0']]),
  answers(
    'correlated CROSS JOIN',
    "WITH t AS (SELECT 'a' AS id, [1, 2] AS xs UNION ALL SELECT 'b', [3] UNION ALL SELECT 'c', []) SELECT id, x FROM t, t.xs AS x ORDER BY id, x",
    [
      ['a', '1'],
      ['a', '2'],
      ['b', '3'],
    ],
    'an array path unnests by itself',
  ),
  answers(
    'correlated CROSS JOIN',
    "WITH t AS (SELECT 'a' AS id, [1, 2] AS xs UNION ALL SELECT 'c', []) SELECT id, x FROM t CROSS JOIN UNNEST(xs) AS x ORDER BY x",
    [
      ['a', '1'],
      ['a', '2'],
    ],
  ),
  answers(
    'correlated LEFT JOIN',
    "WITH t AS (SELECT 'a' AS id, [1, 2] AS xs UNION ALL SELECT 'c', []) SELECT id, x FROM t LEFT JOIN UNNEST(xs) AS x ORDER BY id, x",
    [
      ['a', '1'],
      ['a', '2'],
      ['c', null],
    ],
    'without an ON clause; an empty array keeps its row',
  ),
  answers(
    'array subquery',
    'WITH t AS (SELECT [1, 2, 3, 4] AS xs) SELECT (SELECT SUM(x) FROM UNNEST(xs) AS x WHERE x > 1) FROM t',
    [['9']],
  ),
  answers(
    'array of structs',
    "SELECT s.name, s.items[OFFSET(1)] FROM (SELECT STRUCT('n' AS name, [7, 8] AS items) AS s)",
    [['n', '8']],
  ),
  fails(
    'NULL element',
    'SELECT [1, NULL] AS a',
    /null/i,
    'a result may not hold an array with a NULL',
  ),
  typed(
    'ARRAY<INT64>',
    evaluates('NULL array', 'CAST(NULL AS ARRAY<INT64>)', [], 'in a result it is empty'),
  ),
  fails('array of arrays', 'SELECT [[1], [2]]', /array/i),
  evaluates(
    'ARRAY_CONCAT_AGG',
    '(SELECT ARRAY_CONCAT_AGG(x ORDER BY ARRAY_LENGTH(x)) FROM (SELECT [1, 2, 3] AS x UNION ALL SELECT [4]))',
    ['4', '1', '2', '3'],
  ),
  evaluates(
    'FLATTEN by UNNEST',
    'ARRAY(SELECT e FROM UNNEST([STRUCT([1, 2] AS xs), STRUCT([3])]) AS s, s.xs AS e ORDER BY e)',
    ['1', '2', '3'],
  ),
];
