import { type ExportRecord } from '../record.js';
import { partName, shardName, shardPattern, tryPrefix } from '../plan/file-names.js';
import { type PlannedSlice } from '../plan/plan.js';
import { signatureName } from './sign-manifest.js';

/** Where the present try of writing puts its files. */
export function writePrefix(record: ExportRecord): string {
  const write = record.steps.find(({ kind }) => kind === 'extract' || kind === 'materialize');
  return tryPrefix(record.plan.files, write?.attempt ?? 1);
}

/** Where the job that counts the source leaves its one row. */
export const witnessPrefix = (record: ExportRecord): string => `${writePrefix(record)}witness/`;

/** What the jobs write, one each; an export without folders has one. */
export const slicesOf = ({ plan }: ExportRecord): readonly Slice[] =>
  plan.source.slices ?? [
    { folder: '', extractFrom: plan.source.extractFrom, sql: plan.source.sql },
  ];

type Slice = Pick<PlannedSlice, 'folder' | 'extractFrom' | 'where' | 'sql'>;

/** Names of the shards that the jobs have reported, in the order of the plan's slices. */
export const shardNames = (record: ExportRecord): string[][] =>
  slicesOf(record).map((slice, index) => {
    const pattern = writePrefix(record) + shardPattern(record.plan.files, slice.folder);
    return Array.from({ length: Math.max(record.figures.shardCounts?.[index] ?? 0, 0) }, (_, at) =>
      shardName(pattern, at),
    );
  });

export const shardUri = (record: ExportRecord, slice: Slice): string =>
  `gs://${record.plan.files.bucket}/${writePrefix(record)}${shardPattern(record.plan.files, slice.folder)}`;

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

/** The files that `seal` writes beside the data; the signature only where the service has a key. */
export const sealedNames = [
  'manifest.json',
  'schema.json',
  'create-table.sql',
  'checksums.crc32c',
  signatureName,
] as const;
