/** One field of a table's schema, exactly as BigQuery's REST API writes it. */
export interface BigQueryField {
  readonly name: string;
  /** STRING, BYTES, INTEGER, FLOAT, BOOLEAN, TIMESTAMP, DATE, TIME, DATETIME, NUMERIC, BIGNUMERIC, GEOGRAPHY, JSON, INTERVAL, RANGE, RECORD. */
  readonly type: string;
  readonly mode?: 'NULLABLE' | 'REQUIRED' | 'REPEATED';
  readonly fields?: readonly BigQueryField[];
  readonly description?: string;
  readonly precision?: string;
  readonly scale?: string;
  readonly maxLength?: string;
  readonly policyTags?: { readonly names: readonly string[] };
  readonly rangeElementType?: { readonly type: string };
  readonly defaultValueExpression?: string;
}
