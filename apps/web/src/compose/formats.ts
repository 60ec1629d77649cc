import { type ExportRequest, type Plan } from '@outhaul/api-client';

export type Format = ExportRequest['format'];
type Compression = NonNullable<ExportRequest['compression']>;

/** The formats, each with what it is good for. */
export const formatNames = (): readonly { format: Format; name: string; hint: string }[] => [
  {
    format: 'parquet',
    name: $localize`:@@format.parquet:Parquet`,
    hint: $localize`:@@format.parquetHint:Typed, small, read by pandas, DuckDB and Spark`,
  },
  {
    format: 'csv',
    name: $localize`:@@format.csv:CSV`,
    hint: $localize`:@@format.csvHint:Plain text, for spreadsheets and old tools`,
  },
  {
    format: 'jsonl',
    name: $localize`:@@format.jsonl:JSON lines`,
    hint: $localize`:@@format.jsonlHint:One document a line, nested columns kept`,
  },
  {
    format: 'avro',
    name: $localize`:@@format.avro:Avro`,
    hint: $localize`:@@format.avroHint:Typed rows with their schema`,
  },
  {
    format: 'xlsx',
    name: $localize`:@@format.xlsx:Excel`,
    hint: $localize`:@@format.xlsxHint:Workbooks for people who filter and sort by hand`,
  },
];

const compressions: Readonly<Record<Format, readonly Compression[]>> = {
  parquet: ['snappy', 'zstd', 'gzip', 'none'],
  csv: ['none', 'gzip'],
  jsonl: ['none', 'gzip'],
  avro: ['snappy', 'deflate', 'none'],
  xlsx: [],
};

/** Which compressions a format can have; the first is the default. */
export const compressionsOf = (format: Format): readonly Compression[] => compressions[format];

/** The name of the first file under a plan. */
export const exampleName = ({ files }: Plan): string => files.examples[0] ?? files.pattern;
