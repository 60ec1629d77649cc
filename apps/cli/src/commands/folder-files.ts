import { readdir, rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { verifyFile } from '@outhaul/transfer';
import { type ManifestFile, readManifest } from './read-manifest.js';

/** `.parquet`, `.csv.gz`: what rows are kept in. */
const kindOf = (name: string): string | undefined =>
  /\.(csv|jsonl|parquet|avro|xlsx)(\.gz)?$/i.exec(name)?.[0].toLowerCase();

/** Files with rows below the folder that are of the manifest's kind, but not in it: a reader of the folder reads them, too. */
export async function strangersIn(
  folder: string,
  files: readonly { readonly name: string }[],
): Promise<readonly string[]> {
  const known = new Set(files.map(({ name }) => name));
  const kinds = new Set(files.map(({ name }) => kindOf(name)));
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((name) => {
      const kind = kindOf(name);
      return kind !== undefined && kinds.has(kind) && !known.has(name);
    })
    .sort();
}

/** The files of the manifest in the folder; none where there is none that can be read. */
export async function filesOfManifest(folder: string): Promise<readonly ManifestFile[]> {
  try {
    return (await readManifest(folder)).files;
  } catch {
    return [];
  }
}

/** Deletes what an earlier export left that the present one has not; what was changed since is not Outhaul's, and stays. */
export async function removeSurplus(
  folder: string,
  earlier: readonly ManifestFile[],
  present: readonly { readonly name: string }[],
): Promise<readonly string[]> {
  const kept = new Set(present.map(({ name }) => name));
  const removed: string[] = [];
  for (const file of earlier) {
    if (kept.has(file.name)) continue;
    const path = join(folder, file.name);
    if (!(await verifyFile(path, file)).ok) continue;
    await rm(path);
    removed.push(file.name);
  }
  return removed;
}
