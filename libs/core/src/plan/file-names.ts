import { AppError } from '../errors.js';
import { type Compression, type ExportRequest, type Format } from '../request/export-request.js';
import { type PlannedFiles } from './plan.js';

const endings: Record<Format, string> = {
  parquet: '.parquet',
  csv: '.csv',
  jsonl: '.jsonl',
  avro: '.avro',
  xlsx: '.xlsx',
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
    xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  }[format];
};

/** How the files are called below the export's prefix. */
export interface FileNames {
  /** With one `*`, which BigQuery fills with 12 digits, or with `{part}` and `{of}`, which Outhaul fills. */
  readonly pattern: string;
  readonly namedBy: 'bigquery' | 'outhaul';
}

/** What stands for the placeholders that are known when an export is planned. */
export interface NameValues {
  readonly table: string;
  /** `2026-03-01` */
  readonly date: string;
  readonly partition?: string;
}

/** Makes the pattern of the files' names of the request's template; throws `name-template-invalid`. */
export function fileNames(
  request: ExportRequest,
  compression: Compression,
  values: NameValues,
): FileNames {
  const isSingle = request.shape === 'single';
  const asked = request.fileName ?? '{table}';
  const parts = asked.split('{part}').length - 1;
  if (parts > 1) throw refuse(asked, 'holds {part} twice', 'Use {part} once.');
  if (!isSingle && parts === 0 && asked.includes('{of}'))
    throw refuse(asked, 'gives all files the same name', 'Add {part}, which tells them apart.');
  const isOurs =
    request.format === 'xlsx' || asked.includes('{of}') || request.targetFileBytes !== undefined;
  const template = isSingle || parts === 1 ? asked : `${asked}-{part}`;
  const stem = template.replace(/\{([^{}]*)\}/g, (whole, name: string) => {
    if (name === 'part' || name === 'of') return isSingle ? '1' : whole;
    if (name === 'table') return plain(values.table);
    if (name === 'date') return values.date;
    if (name !== 'partition')
      throw refuse(asked, `holds ${whole}`, 'Use {table}, {date}, {partition}, {part} and {of}.');
    if (values.partition !== undefined) return plain(values.partition);
    throw refuse(
      asked,
      'holds {partition}, but the export is not of one partition',
      'Leave it out.',
    );
  });
  // https://cloud.google.com/bigquery/docs/exporting-data#exporting_data_into_one_or_more_files
  if (!isSingle && !isOurs && stem.lastIndexOf('/') > stem.indexOf('{part}'))
    throw refuse(
      asked,
      'holds {part} in a folder, and BigQuery numbers files only',
      'Move {part} behind the last `/`, or use {of} as well: then Outhaul names the files.',
    );
  checkStem(stem.replace('{part}', '0').replaceAll('{of}', '0'), asked);
  const ending = fileEnding(request.format, compression);
  if (isSingle) return { pattern: stem + ending, namedBy: 'outhaul' };
  return isOurs
    ? { pattern: stem + ending, namedBy: 'outhaul' }
    : { pattern: stem.replace('{part}', '*') + ending, namedBy: 'bigquery' };
}

const plain = (name: string): string => name.replace(/[^\p{L}\p{N}_.-]/gu, '_').slice(0, 120);

/** Folders of an export's prefix that hold what its files are made of, counted and pinned by. */
const reservedFolders = ['parts', 'witness', 'pins'];

/** No part of the name may leave the export's prefix, or be what Outhaul itself writes there. */
function checkStem(stem: string, asked: string): void {
  const folders = stem.split('/');
  const isPlain = folders.every(
    (each) =>
      /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_. =-]{0,119}$/u.test(each) && !/\.\.|[. ]$/.test(each),
  );
  if (!isPlain || folders.length > 5 || stem.length > 300)
    throw refuse(
      asked,
      'cannot be a file’s name',
      'Use letters, digits, `_`, `-`, `=`, `.` and spaces, and `/` between at most 5 parts of 120 each.',
    );
  const [first = ''] = folders;
  if (folders.length > 1 && reservedFolders.includes(first))
    throw refuse(
      asked,
      `is in a folder that Outhaul uses itself`,
      `Use another folder than ${first}.`,
    );
}

const refuse = (template: string, why: string, fix: string): AppError =>
  new AppError('name-template-invalid', `The file name ${JSON.stringify(template)} ${why}.`, {
    field: 'fileName',
    fix,
  });

/** The name of shard `index` under the pattern, as BigQuery makes it. */
export const shardName = (pattern: string, index: number): string =>
  pattern.replace('*', String(index).padStart(12, '0'));

/** The name of file `index` (from 0) of `count` under a pattern that Outhaul fills. */
export const partName = (pattern: string, index: number, count: number): string =>
  pattern
    .replace('{part}', String(index + 1).padStart(String(count).length, '0'))
    .replaceAll('{of}', String(count));

/** Where a try of writing puts its files: each has a prefix of its own, so that a lost one cannot mix in. */
export const tryPrefix = ({ prefix }: Pick<PlannedFiles, 'prefix'>, attempt: number): string =>
  `${prefix}try-${attempt}/`;

/** Pattern of the shards that BigQuery writes; the parts of files that Outhaul makes are in a folder of their own. */
export function shardPattern(files: PlannedFiles, folder: string): string {
  if (files.namedBy === 'bigquery') return folder + files.pattern;
  const { format, compression } = files.written;
  return `parts/${folder}part-*${fileEnding(format, compression)}`;
}
