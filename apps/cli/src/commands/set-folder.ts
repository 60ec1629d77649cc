import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFailure, exitCodes } from '../exit-codes.js';

/** What a set's folder is verified by: which tables belong into it. */
export const setManifestFile = 'set-manifest.json';

/** A folder that holds one export of a set; `exportId` and `manifestCrc32c` are those of the set's manifest. */
export interface SetPart {
  readonly part: string;
  readonly exportId?: string;
  readonly manifestCrc32c?: string;
}

interface SetManifest {
  readonly version?: unknown;
  readonly tables?: unknown;
}

/** The tables that the set's manifest in the folder names as exported; undefined when the folder has none. */
export async function partsOfSet(folder: string): Promise<readonly SetPart[] | undefined> {
  const path = join(folder, setManifestFile);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const refuse = (why: string): never => {
    throw new CommandFailure(exitCodes.notVerified, `${path} is not a set's manifest: ${why}.`);
  };
  let manifest: SetManifest;
  try {
    manifest = JSON.parse(text) as SetManifest;
  } catch {
    return refuse('it is not JSON');
  }
  if (manifest?.version !== 1 || !Array.isArray(manifest.tables))
    return refuse('it has no version 1 and tables');
  return (manifest.tables as Record<string, unknown>[]).flatMap((entry) => {
    if (entry?.['state'] !== 'succeeded') return [];
    const [table, dataset] = String(entry['table']).split('.').toReversed();
    if (!table || !dataset || /[\\/]|^\.\.?$/.test(table) || /[\\/]|^\.\.?$/.test(dataset))
      return refuse('it names a table that is none');
    const text = (name: string) =>
      typeof entry[name] === 'string' ? (entry[name] as string) : undefined;
    return [
      {
        part: join(dataset, table),
        exportId: text('exportId'),
        manifestCrc32c: text('manifestCrc32c'),
      },
    ];
  });
}

/** Folders of the form `DATASET/TABLE` that hold a manifest. */
export async function foldersWithManifest(folder: string): Promise<readonly string[]> {
  const foldersIn = async (path: string) =>
    (await readdir(path, { withFileTypes: true }).catch(() => []))
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  const parts: string[] = [];
  for (const dataset of await foldersIn(folder))
    for (const table of await foldersIn(join(folder, dataset))) {
      const names = await readdir(join(folder, dataset, table)).catch((): string[] => []);
      if (names.includes('manifest.json')) parts.push(join(dataset, table));
    }
  return parts;
}
