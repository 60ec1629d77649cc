import { type PlannedFiles } from '../plan/plan.js';
import { type StoredFile } from '../ports/file-store.js';

/** Which shards become one file: all of them, as many as reach the target size, or each by itself. */
export function groupShards(
  shards: readonly StoredFile[],
  { shape, targetBytes }: Pick<PlannedFiles, 'shape' | 'targetBytes'>,
): readonly (readonly StoredFile[])[] {
  // An empty source may leave no shard at all: there is one file all the same.
  if (shape === 'single' || shards.length === 0) return [shards];
  if (targetBytes === undefined) return shards.map((shard) => [shard]);
  const groups: StoredFile[][] = [];
  let bytes = 0;
  for (const shard of shards) {
    const last = groups.at(-1);
    if (last && bytes + shard.sizeBytes <= targetBytes) {
      last.push(shard);
      bytes += shard.sizeBytes;
    } else {
      groups.push([shard]);
      bytes = shard.sizeBytes;
    }
  }
  return groups;
}
