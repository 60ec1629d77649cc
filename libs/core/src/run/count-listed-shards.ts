import { AppError } from '../errors.js';
import { shardName, shardPattern } from '../plan/file-names.js';
import { type StoredFile } from '../ports/file-store.js';
import { type ExportRecord } from '../record.js';
import { writePrefix } from './file-places.js';

/** How many shards the present try has written, by a list of its prefix; their numbers have no gaps. */
export function countListedShards(
  record: ExportRecord,
  present: ReadonlyMap<string, StoredFile>,
): number {
  const pattern = writePrefix(record) + shardPattern(record.plan.files, '');
  const [start = '', end = ''] = pattern.split('*');
  const count = [...present.keys()].filter((name) => isShard(name, start, end)).length;
  for (let index = 0; index < count; index += 1) {
    const name = shardName(pattern, index);
    if (!present.has(name))
      throw new AppError(
        'files-changed',
        `${name} is missing: BigQuery numbers its files without gaps.`,
        {
          resource: `gs://${record.plan.files.bucket}/${name}`,
          fix: 'Look at the bucket’s lifecycle rules, then retry the export.',
        },
      );
  }
  return count;
}

const isShard = (name: string, start: string, end: string): boolean =>
  name.startsWith(start) &&
  name.endsWith(end) &&
  /^\d{12}$/.test(name.slice(start.length, name.length - end.length));
