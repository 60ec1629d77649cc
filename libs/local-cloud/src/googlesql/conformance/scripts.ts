import { answers, bound, fails } from './build-case.js';
import { type ConformanceCase } from './conformance-case.js';

const one = [
  { name: 'n', type: { name: 'n', type: 'INTEGER', mode: 'NULLABLE' as const }, value: '7' },
];

/** Texts of several statements: jobs.query gives the results of the last one. */
export const scripts: readonly ConformanceCase[] = [
  answers('script', 'SELECT 1; SELECT 2', [['2']]),
  answers('script', 'SELECT 1;\n-- the end\n', [['1']], 'one statement is no script'),
  answers('script', "SELECT ';'; SELECT 'a;b' /* ; */ ;", [['a;b']]),
  answers('CREATE TEMP TABLE', 'CREATE TEMP TABLE t AS SELECT 1 AS a; SELECT a + 1 FROM t', [
    ['2'],
  ]),
  answers(
    'CREATE TEMP TABLE',
    'CREATE TEMPORARY TABLE t (a INT64, b STRING); INSERT INTO t VALUES (1, "x"), (2, "y"); UPDATE t SET b = "z" WHERE a = 1; DELETE FROM t WHERE a = 2; SELECT * FROM t',
    [['1', 'z']],
  ),
  answers(
    'CREATE TEMP TABLE',
    'CREATE TEMP TABLE t AS SELECT 1 AS a; CREATE OR REPLACE TEMP TABLE t AS SELECT 2 AS b; SELECT * FROM t',
    [['2']],
  ),
  answers(
    'CREATE TEMP TABLE',
    'CREATE TEMP TABLE t AS SELECT 1 AS a; CREATE TEMP TABLE IF NOT EXISTS t AS SELECT 2 AS a; SELECT * FROM t',
    [['1']],
  ),
  answers('_SESSION', 'CREATE TEMP TABLE _SESSION.t AS SELECT 1 AS a; SELECT t.a FROM _SESSION.t', [
    ['1'],
  ]),
  bound(
    one,
    answers('parameters', 'CREATE TEMP TABLE t AS SELECT @n AS a; SELECT a + @n FROM t', [['14']]),
  ),
  answers(
    'WITH',
    'CREATE TEMP TABLE t AS SELECT 1 AS a; WITH t AS (SELECT 2 AS a) SELECT a FROM t',
    [['2']],
    'a query of WITH hides the table',
  ),
  fails('script', 'SELECT 1; SELECT (2', /^Syntax error: .* at \[1:/, 'all is parsed first'),
  fails('script', 'SELECT 1;; SELECT 2', /^Syntax error: Unexpected ";" at \[1:10\]$/),
  fails('script', 'SELECT 1 SELECT 2; SELECT 3', /^Syntax error: /),
  fails(
    'CREATE TEMP TABLE',
    'CREATE TEMP TABLE t AS SELECT 1 AS a',
    /^Use of CREATE TEMPORARY TABLE requires a script or session$/,
  ),
  fails('CREATE VIEW', 'CREATE TEMP VIEW t AS SELECT 1; SELECT 2', /CREATE TEMP/),
];
