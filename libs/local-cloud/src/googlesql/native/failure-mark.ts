/** Stands before messages that are BigQuery's own, so that they are told from DuckDB's. */
export const failureMark = 'GoogleSQL: ';
