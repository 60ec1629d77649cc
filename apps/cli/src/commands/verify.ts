import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32c, encodeCrc32c, verifyFile } from '@outhaul/transfer';
import { type KeyPlace } from './check-signature.js';
import { type Manifest, type ManifestFile, readManifest } from './read-manifest.js';
import { strangersIn } from './folder-files.js';
import { foldersWithManifest, partsOfSet, type SetPart, setManifestFile } from './set-folder.js';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { Output, type OutputOptions } from '../output.js';
import { bytes, count, counted, plain } from '../plain-text.js';
import { idWord, shellWord } from '../shell-word.js';

/** What is wrong with a folder beyond the files of its manifests. */
interface FolderFault {
  readonly name: string;
  readonly message: string;
}

/**
 * Holds every file of a downloaded export, or of a set of them, against its manifest; asks no service. With a key, each
 * manifest must be signed by it.
 */
export async function verifyFolder(
  folder: string,
  options: OutputOptions,
  key?: KeyPlace,
): Promise<void> {
  const output = new Output(options);
  const again: string[] = [];
  const files: ManifestFile[] = [];
  let faulty = 0;
  const signing = key === undefined ? undefined : await import('./check-signature.js');
  const publicKey = key && (await signing?.readKey(key));
  const { parts, faults: missing } = await partsOf(folder);
  const folderFaults = [...missing];
  for (const each of parts) {
    const { part } = each;
    const manifest = await readManifest(join(folder, part));
    const fault = await faultOfPart(join(folder, part), each, manifest);
    if (fault !== undefined)
      folderFaults.push({ name: join(part, 'manifest.json'), message: fault });
    for (const name of await strangersIn(join(folder, part), manifest.files))
      folderFaults.push({ name: join(part, name), message: 'it is not in the manifest' });
    if (signing && publicKey) await signing.checkSignature(join(folder, part), publicKey);
    const faults = await faultsOf(join(folder, part), manifest, output, (name) => join(part, name));
    faulty += faults;
    files.push(...manifest.files);
    const id = idWord(manifest.exportId);
    if (faults > 0)
      again.push(`outhaul download ${id} ${shellWord(join(folder, part))} --overwrite`);
  }
  for (const { name, message } of folderFaults)
    if (options.json) output.json({ name, ok: false, message: `${name}: ${message}` });
    else output.line(`✗ ${plain(name)}: ${plain(message)}`);
  if (faulty > 0)
    throw new CommandFailure(
      exitCodes.notVerified,
      `${count(faulty)} of ${counted(files.length, 'file')} ${faulty === 1 ? 'is' : 'are'} not as the manifest says.`,
      again.length === 1 ? `Fetch again: ${again[0]}` : `Fetch again:\n${again.join('\n')}`,
    );
  if (folderFaults.length > 0)
    throw new CommandFailure(
      exitCodes.notVerified,
      'The folder is not what was exported.',
      'Move away what does not belong here, and download again what is missing.',
    );
  const size = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (!options.json)
    output.line(
      `✓ ${counted(files.length, 'file')}, ${bytes(size)}: every byte as the manifest says`,
    );
  if (!options.json && publicKey) output.line(`✓ signed by ${publicKey.keyId}`);
}

/**
 * The folder itself, or the tables of a set in it: those that the set's manifest names as exported, and those that lie there
 * without being named.
 */
async function partsOf(folder: string): Promise<{
  readonly parts: readonly SetPart[];
  readonly faults: readonly FolderFault[];
}> {
  if (existsSync(join(folder, 'manifest.json'))) return { parts: [{ part: '.' }], faults: [] };
  const [named, there] = await Promise.all([partsOfSet(folder), foldersWithManifest(folder)]);
  if (!named && there.length === 0) return { parts: [{ part: '.' }], faults: [] };
  if (!named)
    return {
      parts: there.map((part) => ({ part })),
      faults: [
        {
          name: setManifestFile,
          message: 'it is missing; without it no one can tell which tables belong here',
        },
      ],
    };
  const known = new Set(named.map(({ part }) => part));
  return {
    parts: named.filter(({ part }) => there.includes(part)),
    faults: [
      ...named
        .filter(({ part }) => !there.includes(part))
        .map(({ part }) => ({ name: part, message: 'the table is missing' })),
      ...there
        .filter((part) => !known.has(part))
        .map((part) => ({ name: part, message: 'it is not of this set' })),
    ],
  };
}

/** What is wrong with the manifest of a set's table, by the set's manifest. */
async function faultOfPart(
  folder: string,
  { exportId, manifestCrc32c }: SetPart,
  manifest: Manifest,
): Promise<string | undefined> {
  if (exportId !== undefined && manifest.exportId !== exportId)
    return `it is of export ${String(manifest.exportId)}, not ${exportId}`;
  if (manifestCrc32c === undefined) return undefined;
  const found = encodeCrc32c(crc32c(await readFile(join(folder, 'manifest.json'))));
  return found === manifestCrc32c ? undefined : 'it is not the one of the set';
}

/** Tells of each file how it is; answers how many are not as they should be. */
async function faultsOf(
  folder: string,
  { files }: Manifest,
  output: Output,
  called: (name: string) => string,
): Promise<number> {
  let faulty = 0;
  for (const file of files) {
    const verdict = await verifyFile(join(folder, file.name), file);
    const name = called(file.name);
    if (output.options.json) output.json({ name, ...(verdict.ok ? { ok: true } : verdict) });
    if (verdict.ok) continue;
    faulty += 1;
    if (!output.options.json) output.line(`✗ ${plain(name)}: ${plain(verdict.message)}`);
  }
  return faulty;
}
