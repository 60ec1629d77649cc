import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isAbsolute, join, normalize, resolve } from 'node:path';
import { crc32c, encodeCrc32c, verifyFile } from '@outhaul/transfer';
import { type KeyPlace } from './check-signature.js';
import { strangersIn } from './folder-files.js';
import { foldersWithManifest, partsOfSet, type SetPart, setManifestFile } from './set-folder.js';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { Output, type OutputOptions } from '../output.js';
import { bytes, count, counted, plain } from '../plain-text.js';
import { idWord, shellWord } from '../shell-word.js';

interface ManifestFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly crc32c: string;
}

interface Manifest {
  readonly exportId?: unknown;
  readonly files: readonly ManifestFile[];
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
  const strangers: string[] = [...missing];
  for (const each of parts) {
    const { part } = each;
    const manifest = await readManifest(join(folder, part));
    const fault = await faultOfPart(join(folder, part), each, manifest);
    if (fault !== undefined) strangers.push(join(part, fault));
    for (const name of await strangersIn(join(folder, part), manifest.files))
      strangers.push(`${join(part, name)}: it is not in the manifest`);
    if (signing && publicKey) await signing.checkSignature(join(folder, part), publicKey);
    const faults = await faultsOf(join(folder, part), manifest, output, (name) => join(part, name));
    faulty += faults;
    files.push(...manifest.files);
    const id = idWord(manifest.exportId);
    if (faults > 0)
      again.push(`outhaul download ${id} ${shellWord(join(folder, part))} --overwrite`);
  }
  for (const each of strangers)
    if (options.json) output.json({ name: each.split(': ')[0], ok: false, message: each });
    else output.line(`✗ ${plain(each)}`);
  if (faulty > 0)
    throw new CommandFailure(
      exitCodes.notVerified,
      `${count(faulty)} of ${counted(files.length, 'file')} ${faulty === 1 ? 'is' : 'are'} not as the manifest says.`,
      again.length === 1 ? `Fetch again: ${again[0]}` : `Fetch again:\n${again.join('\n')}`,
    );
  if (strangers.length > 0)
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
  readonly faults: readonly string[];
}> {
  if (existsSync(join(folder, 'manifest.json'))) return { parts: [{ part: '.' }], faults: [] };
  const [named, there] = await Promise.all([partsOfSet(folder), foldersWithManifest(folder)]);
  if (!named && there.length === 0) return { parts: [{ part: '.' }], faults: [] };
  if (!named)
    return {
      parts: there.map((part) => ({ part })),
      faults: [
        `${setManifestFile}: it is missing; without it no one can tell which tables belong here`,
      ],
    };
  const known = new Set(named.map(({ part }) => part));
  return {
    parts: named.filter(({ part }) => there.includes(part)),
    faults: [
      ...named
        .filter(({ part }) => !there.includes(part))
        .map(({ part }) => `${part}: the table is missing`),
      ...there.filter((part) => !known.has(part)).map((part) => `${part}: it is not of this set`),
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
    return `manifest.json: it is of export ${String(manifest.exportId)}, not ${exportId}`;
  if (manifestCrc32c === undefined) return undefined;
  const found = encodeCrc32c(crc32c(await readFile(join(folder, 'manifest.json'))));
  return found === manifestCrc32c ? undefined : 'manifest.json: it is not the one of the set';
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

async function readManifest(folder: string): Promise<Manifest> {
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
