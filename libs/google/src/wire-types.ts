/** BigQuery's REST resources, as far as they are read here. Numbers come as text. */
export interface WireField {
  name: string;
  type: string;
  mode?: string;
  description?: string;
  fields?: WireField[];
  precision?: string;
  scale?: string;
  maxLength?: string;
  policyTags?: { names?: string[] };
  rangeElementType?: { type?: string };
}

export interface WireTable {
  tableReference: { projectId: string; datasetId: string; tableId: string };
  type?: string;
  schema?: { fields?: WireField[] };
  location?: string;
  description?: string;
  labels?: Record<string, string>;
  etag?: string;
  creationTime?: string;
  lastModifiedTime?: string;
  expirationTime?: string;
  numRows?: string;
  numBytes?: string;
  streamingBuffer?: object;
  timePartitioning?: { type?: string; field?: string; requirePartitionFilter?: boolean };
  rangePartitioning?: {
    field?: string;
    range?: { interval?: string; start?: string; end?: string };
  };
  requirePartitionFilter?: boolean;
  clustering?: { fields?: string[] };
  view?: { query?: string };
  materializedView?: { query?: string };
  biglakeConfiguration?: object;
}

export interface WireJob {
  jobReference: { projectId: string; jobId: string; location?: string };
  configuration?: { jobType?: string };
  status?: { state?: string; errorResult?: { reason?: string; message?: string } };
  statistics?: {
    creationTime?: string;
    startTime?: string;
    endTime?: string;
    totalBytesProcessed?: string;
    extract?: { destinationUriFileCounts?: string[] };
    query?: {
      statementType?: string;
      totalBytesProcessed?: string;
      schema?: { fields?: WireField[] };
      referencedTables?: { projectId: string; datasetId: string; tableId: string }[];
      exportDataStatistics?: { fileCount?: string; rowCount?: string };
    };
  };
}

export interface WireRow {
  f?: { v: unknown }[];
}
