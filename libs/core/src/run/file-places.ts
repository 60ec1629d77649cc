import { type ExportRecord } from '../record.js';
import { fileEnding, partName, shardName } from '../plan/file-names.js';
import { type PlannedSlice } from '../plan/plan.js';

/** Each try of writing gets a prefix of its own, so that nothing a lost try still writes can mix in. */
export function writePrefix(record: ExportRecord): string {
  const write = record.steps.find(({ kind }) => kind === 'extract' || kind === 'materialize');
  return `${record.plan.files.prefix}try-${write?.attempt ?? 1}/`;
}

/** What the jobs write, one each; an export without folders has one. */
export const slicesOf = ({ plan }: ExportRecord): readonly Slice[] =>
  plan.source.slices ?? [
    { folder: '', extractFrom: plan.source.extractFrom, sql: plan.source.sql },
  ];

type Slice = Pick<PlannedSlice, 'folder' | 'extractFrom' | 'sql'>;

/** Pattern of the shards that BigQuery writes; the parts of files that Outhaul makes lie in a folder of their own. */
export function shardPattern({ plan: { files } }: ExportRecord, { folder }: Slice): string {
  if (files.namedBy === 'bigquery') return folder + files.pattern;
  const { format, compression } = files.written;
  return `parts/${folder}part-*${fileEnding(format, compression)}`;
}

/** Names of the shards that the jobs have reported, in the order of the plan's slices. */
export const shardNames = (record: ExportRecord): string[][] =>
  slicesOf(record).map((slice, index) => {
    const pattern = writePrefix(record) + shardPattern(record, slice);
    return Array.from({ length: Math.max(record.figures.shardCounts?.[index] ?? 0, 0) }, (_, at) =>
      shardName(pattern, at),
    );
  });

export const shardUri = (record: ExportRecord, slice: Slice): string =>
  `gs://${record.plan.files.bucket}/${writePrefix(record)}${shardPattern(record, slice)}`;

/** Names of the files that are handed out. */
export const finishedNames = (record: ExportRecord): string[] =>
  record.figures.fileCounts === undefined
    ? shardNames(record).flat()
    : slicesOf(record).flatMap(({ folder }, index) => {
        const count = record.figures.fileCounts?.[index] ?? 0;
        return Array.from(
          { length: count },
          (_, at) => writePrefix(record) + folder + partName(record.plan.files.pattern, at, count),
        );
      });

/** The files that `seal` writes beside the data. */
export const sealedNames = [
  'manifest.json',
  'schema.json',
  'create-table.sql',
  'checksums.crc32c',
] as const;
