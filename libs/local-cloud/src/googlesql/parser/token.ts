/** A piece of GoogleSQL text. */
export interface Token {
  readonly kind:
    | 'word'
    | 'quoted'
    | 'string'
    | 'bytes'
    | 'integer'
    | 'float'
    | 'parameter'
    | 'symbol'
    | 'bad'
    | 'end';
  /** As written. */
  readonly text: string;
  /** A word in capitals; the content of a string or quoted name. */
  readonly value: string;
  readonly bytes?: Buffer;
  readonly at: number;
  readonly end: number;
}

/** Words that cannot be names unless they are quoted. */
export const reservedWords: ReadonlySet<string> = new Set(
  `ALL AND ANY ARRAY AS ASC ASSERT_ROWS_MODIFIED AT BETWEEN BY CASE CAST COLLATE CONTAINS CREATE CROSS CUBE CURRENT
  DEFAULT DEFINE DESC DISTINCT ELSE END ENUM ESCAPE EXCEPT EXCLUDE EXISTS EXTRACT FALSE FETCH FOLLOWING FOR FROM FULL
  GROUP GROUPING GROUPS HASH HAVING IF IGNORE IN INNER INTERSECT INTERVAL INTO IS JOIN LATERAL LEFT LIKE LIMIT LOOKUP
  MERGE NATURAL NEW NO NOT NULL NULLS OF ON OR ORDER OUTER OVER PARTITION PRECEDING PROTO QUALIFY RANGE RECURSIVE
  RESPECT RIGHT ROLLUP ROWS SELECT SET SOME STRUCT TABLESAMPLE THEN TO TREAT TRUE UNBOUNDED UNION UNNEST USING WHEN
  WHERE WINDOW WITH WITHIN`.split(/\s+/),
);
