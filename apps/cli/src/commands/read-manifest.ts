import { readFile } from 'node:fs/promises';
import { isAbsolute, join, normalize, resolve } from 'node:path';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { plain } from '../plain-text.js';

export interface ManifestFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly crc32c: string;
}

export interface Manifest {
  readonly exportId?: unknown;
  readonly files: readonly ManifestFile[];
}

/** The manifest in a folder; throws a CommandFailure that says why there is none to be read. */
export async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, 'manifest.json');
  const text = await readFile(path, 'utf8').catch(() => {
    throw new CommandFailure(
      exitCodes.notFound,
      `There is no manifest.json in ${resolve(folder)}.`,
      'Name the folder that `outhaul download` wrote.',
    );
  });
  const refuse = (why: string): never => {
    throw new CommandFailure(exitCodes.notVerified, `${path} is not a manifest: ${why}.`);
  };
  let manifest: { version?: unknown; exportId?: unknown; files?: unknown };
  try {
    manifest = JSON.parse(text) as typeof manifest;
  } catch {
    return refuse('it is not JSON');
  }
  if (manifest?.version !== 1 || !Array.isArray(manifest.files))
    return refuse('it has no version 1 and files');
  for (const file of manifest.files as Partial<ManifestFile>[]) {
    if (
      typeof file?.name !== 'string' ||
      !Number.isSafeInteger(file.sizeBytes) ||
      typeof file.crc32c !== 'string'
    )
      return refuse('a file without name, sizeBytes and crc32c');
    if (isAbsolute(file.name) || normalize(file.name).startsWith('..'))
      return refuse(`${plain(file.name)} lies outside the folder`);
  }
  return { exportId: manifest.exportId, files: manifest.files as readonly ManifestFile[] };
}
