import { type ExportRecord } from '../record.js';
import { fileEnding, shardName } from '../plan/file-names.js';

/** Each try of writing gets a prefix of its own, so that nothing a lost try still writes can mix in. */
export function writePrefix(record: ExportRecord): string {
  const write = record.steps.find(({ kind }) => kind === 'extract' || kind === 'materialize');
  return `${record.plan.files.prefix}try-${write?.attempt ?? 1}/`;
}

/** Pattern of the shards that BigQuery writes; the parts of a single file lie in a folder of their own. */
export function shardPattern(record: ExportRecord): string {
  const { files } = record.plan;
  if (files.shape === 'shards') return files.pattern;
  return `parts/part-*${fileEnding(files.format, files.compression)}`;
}

/** Names of the `count` shards that an extract job has reported. */
export const shardNames = (record: ExportRecord, count: number): string[] =>
  Array.from(
    { length: count },
    (_, index) => writePrefix(record) + shardName(shardPattern(record), index),
  );

export const shardUri = (record: ExportRecord): string =>
  `gs://${record.plan.files.bucket}/${writePrefix(record)}${shardPattern(record)}`;

/** The files that `seal` writes beside the data. */
export const sealedNames = [
  'manifest.json',
  'schema.json',
  'create-table.sql',
  'checksums.crc32c',
] as const;
