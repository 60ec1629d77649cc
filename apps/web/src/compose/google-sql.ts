import { SQLDialect } from '@codemirror/lang-sql';

/** GoogleSQL’s reserved words and those that begin a clause. */
export const keywords =
  'all and any array as asc assert_rows_modified at between by case cast collate contains cross cube current date datetime default define desc distinct else end enum escape except exclude exists extract false fetch following for from full group grouping groups hash having if ignore in inner intersect interval into is join json lateral left like limit lookup merge natural new no not null nulls numeric of offset on or order ordinal outer over partition percent pivot preceding proto qualify range recursive replace respect right rollup row rows select set some struct system_time tablesample then time timestamp to treat true unbounded union unnest unpivot using value when where window with within without zone';

export const functions = [
  'ABS ANY_VALUE APPROX_COUNT_DISTINCT ARRAY_AGG ARRAY_CONCAT ARRAY_LENGTH ARRAY_TO_STRING AVG BIT_COUNT BYTE_LENGTH',
  'CEIL CHAR_LENGTH COALESCE CONCAT CORR COUNT COUNTIF CURRENT_DATE CURRENT_TIMESTAMP DATE_ADD DATE_DIFF DATE_SUB',
  'DATE_TRUNC DATETIME_DIFF DATETIME_TRUNC DENSE_RANK DIV ENDS_WITH EXP FARM_FINGERPRINT FIRST_VALUE FLOOR FORMAT',
  'FORMAT_DATE FORMAT_TIMESTAMP FROM_BASE64 GENERATE_ARRAY GENERATE_DATE_ARRAY GREATEST IFNULL INITCAP JSON_QUERY',
  'JSON_VALUE LAG LAST_VALUE LEAD LEAST LENGTH LN LOG LOGICAL_AND LOGICAL_OR LOWER LPAD LTRIM MAX MD5 MIN MOD NTILE',
  'NULLIF PARSE_DATE PARSE_JSON PARSE_TIMESTAMP PERCENTILE_CONT POW RANK REGEXP_CONTAINS REGEXP_EXTRACT',
  'REGEXP_REPLACE REPEAT REPLACE REVERSE ROUND ROW_NUMBER RPAD RTRIM SAFE_CAST SAFE_DIVIDE SHA256 SIGN SPLIT SQRT',
  'STARTS_WITH STDDEV STRING_AGG STRPOS SUBSTR SUM TIMESTAMP_ADD TIMESTAMP_DIFF TIMESTAMP_MILLIS TIMESTAMP_SUB',
  'TIMESTAMP_TRUNC TO_BASE64 TO_HEX TO_JSON_STRING TRIM TRUNC UNIX_MILLIS UPPER VARIANCE',
].flatMap((line) => line.split(' '));

/** How GoogleSQL is read: names in backticks, both quotes for strings, `#` and `--` for comments. */
export const googleSql = SQLDialect.define({
  keywords,
  types:
    'bignumeric bool bytes date datetime float64 geography int64 interval json numeric string struct time timestamp',
  builtin: functions.join(' ').toLowerCase(),
  identifierQuotes: '`',
  doubleQuotedStrings: true,
  hashComments: true,
  slashComments: false,
  backslashEscapes: true,
  operatorChars: '*/+-%<>!=~|&^',
  specialVar: '@',
});
