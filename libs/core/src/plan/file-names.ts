import { AppError } from '../errors.js';
import { type Compression, type ExportRequest, type Format } from '../request/export-request.js';

const endings: Record<Format, string> = {
  parquet: '.parquet',
  csv: '.csv',
  jsonl: '.jsonl',
  avro: '.avro',
};

/** The ending of a file's name, e.g. `.csv.gz`. Parquet and Avro are compressed inside. */
export const fileEnding = (format: Format, compression: Compression): string =>
  `${endings[format]}${compression === 'gzip' && (format === 'csv' || format === 'jsonl') ? '.gz' : ''}`;

/** What Cloud Storage says of the file; `.gz` is stored as it is, so that ranges and checksums hold. */
export const contentTypeOf = (format: Format, compression: Compression): string => {
  if (fileEnding(format, compression).endsWith('.gz')) return 'application/gzip';
  return {
    parquet: 'application/vnd.apache.parquet',
    csv: 'text/csv',
    jsonl: 'application/x-ndjson',
    avro: 'application/avro',
  }[format];
};

/** The names below the export's prefix: one `*` that BigQuery fills with 12 digits, or one name. */
export function filePattern(
  request: ExportRequest,
  compression: Compression,
  shape: 'shards' | 'single',
): string {
  const stem = request.fileName === undefined ? defaultStem(request) : checkStem(request.fileName);
  return `${stem}${shape === 'shards' ? '-*' : ''}${fileEnding(request.format, compression)}`;
}

const defaultStem = ({ source }: ExportRequest): string =>
  source.type === 'query' ? 'query' : source.table.replace(/[^\p{L}\p{N}_-]/gu, '_').slice(0, 120);

function checkStem(template: string): string {
  if (/^[\p{L}\p{N}_][\p{L}\p{N}_. -]{0,119}$/u.test(template) && !/\.\.|[. ]$/.test(template))
    return template;
  throw new AppError(
    'name-template-invalid',
    `${JSON.stringify(template)} cannot be a file’s name.`,
    {
      field: 'fileName',
      fix: 'Use letters, digits, `_`, `-`, `.` and spaces, 120 at most.',
    },
  );
}

/** The name of shard `index` under the pattern, as BigQuery makes it. */
export const shardName = (pattern: string, index: number): string =>
  pattern.replace('*', String(index).padStart(12, '0'));
