import { answers, bound, evaluates, fails } from './build-case.js';
import { type ConformanceCase } from './conformance-case.js';

type Parameters = NonNullable<ConformanceCase['parameters']>;

const scalar = (name: string, type: string, value: unknown): Parameters[number] => ({
  name,
  type: { name, type, mode: 'NULLABLE' },
  value,
});
const list = (
  name: string,
  type: string,
  value: readonly (string | null)[],
): Parameters[number] => ({
  name,
  type: { name, type, mode: 'REPEATED' },
  value,
});

/** Query parameters: bound values, never text that is pasted. */
export const parameters: readonly ConformanceCase[] = [
  bound(
    [scalar('p', 'INTEGER', '-5')],
    evaluates('@p', '@p', '-5', 'elsewhere @ is the absolute value'),
  ),
  bound(
    [scalar('p', 'INTEGER', '9007199254740993')],
    evaluates('@p', '@p + 1', '9007199254740994'),
  ),
  bound(
    [scalar('p', 'STRING', 'it\'s \\ " ` -- ;\n')],
    evaluates('@p', '@p', 'it\'s \\ " ` -- ;\n', 'any text is data'),
  ),
  bound([scalar('p', 'STRING', null)], evaluates('@p', '@p IS NULL', 'true')),
  bound([scalar('p', 'STRING', 'x')], evaluates('@P', 'CONCAT(@p, @P)', 'xx', 'names ignore case')),
  bound([scalar('p', 'FLOAT', '0.1')], evaluates('@p', '@p', '0.1')),
  bound([scalar('p', 'FLOAT', 'NaN')], evaluates('@p', 'IS_NAN(@p)', 'true')),
  bound(
    [scalar('p', 'INTERVAL', '1-2 3 4:5:6')],
    evaluates('@p', "DATETIME '2020-01-01 00:00:00' + @p", '2021-03-04T04:05:06'),
  ),
  bound(
    [scalar('p', 'TIMESTAMP', '2020-07-01 00:00:00 America/New_York')],
    evaluates('@p', 'UNIX_SECONDS(@p)', '1593576000', 'a time zone by its name'),
  ),
  bound([scalar('p', 'NUMERIC', '0.1')], evaluates('@p', "@p + NUMERIC '0.2'", '0.3')),
  bound(
    [scalar('p', 'BIGNUMERIC', '0.00000000000000000000000000000000000001')],
    evaluates('@p', 'CAST(@p AS STRING)', '0.00000000000000000000000000000000000001'),
  ),
  bound([scalar('p', 'BOOLEAN', 'true')], evaluates('@p', 'NOT @p', 'false')),
  bound([scalar('p', 'BYTES', 'AP8=')], evaluates('@p', 'TO_HEX(@p)', '00ff')),
  bound(
    [scalar('p', 'DATE', '2024-02-29')],
    evaluates('@p', 'DATE_ADD(@p, INTERVAL 1 YEAR)', '2025-02-28'),
  ),
  bound([scalar('p', 'TIME', '01:02:03.5')], evaluates('@p', '@p', '01:02:03.500000')),
  bound(
    [scalar('p', 'DATETIME', '2024-02-29 01:02:03')],
    evaluates('@p', '@p', '2024-02-29T01:02:03'),
  ),
  bound(
    [scalar('p', 'TIMESTAMP', '2024-02-29 01:02:03+01:00')],
    evaluates('@p', 'CAST(@p AS STRING)', '2024-02-29 00:02:03+00'),
  ),
  bound(
    [scalar('p', 'TIMESTAMP', '2024-02-29 01:02:03')],
    evaluates('@p', 'UNIX_SECONDS(@p)', '1709168523', 'without a zone: UTC'),
  ),
  bound(
    [scalar('p', 'INTEGER', '3')],
    answers('@p', 'SELECT x FROM UNNEST([1, 2, 3, 4]) AS x WHERE x < @p ORDER BY x LIMIT @p', [
      ['1'],
      ['2'],
    ]),
  ),
  bound(
    [list('p', 'INTEGER', ['1', '3'])],
    answers(
      'IN UNNEST(@p)',
      'SELECT x FROM UNNEST([1, 2, 3]) AS x WHERE x IN UNNEST(@p) ORDER BY x',
      [['1'], ['3']],
    ),
  ),
  bound([list('p', 'STRING', [])], evaluates('IN UNNEST(@p)', "'a' IN UNNEST(@p)", 'false')),
  bound([list('p', 'STRING', ["a'b", 'c'])], evaluates('@p', 'ARRAY_LENGTH(@p)', '2')),
  bound(
    [scalar('p', 'INTEGER', '1'), scalar('q', 'STRING', 'x')],
    answers(
      '@p, @q',
      'SELECT @q, @p, \'@p\', "@q" -- @p',
      [['x', '1', '@p', '@q']],
      'not inside of texts and comments',
    ),
  ),
  bound(
    [
      { type: { name: '1', type: 'INTEGER', mode: 'NULLABLE' }, value: '7' },
      { type: { name: '2', type: 'STRING', mode: 'NULLABLE' }, value: 'x?' },
    ],
    answers('?', "SELECT ? + 1, CONCAT(?, '?')", [['8', 'x??']], 'positions, in order'),
  ),
  bound(
    [scalar('p', 'STRING', 'a')],
    answers('twice', 'SELECT @p, (SELECT @p), UPPER(@p)', [['a', 'a', 'A']]),
  ),
  bound(
    [
      {
        name: 'p',
        type: {
          name: 'p',
          type: 'RECORD',
          mode: 'NULLABLE',
          fields: [
            { name: 'a', type: 'INTEGER', mode: 'NULLABLE' },
            { name: 'b', type: 'STRING', mode: 'NULLABLE' },
          ],
        },
        value: { a: '1', b: 'x' },
      },
    ],
    evaluates('struct @p', 'CONCAT(@p.b, CAST(@p.a AS STRING))', 'x1'),
  ),
  fails('missing parameter', 'SELECT @nope', /nope/i),
  fails('missing parameter', 'SELECT ?', /parameter/i),
];
