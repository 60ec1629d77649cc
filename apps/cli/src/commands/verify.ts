import { readFile } from 'node:fs/promises';
import { isAbsolute, join, normalize, resolve } from 'node:path';
import { verifyFile } from '@outhaul/transfer';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { Output, type OutputOptions } from '../output.js';
import { bytes, count, counted, plain } from '../plain-text.js';

interface ManifestFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly crc32c: string;
}

/** Holds every file of a downloaded export against its manifest; asks no service. */
export async function verifyFolder(folder: string, options: OutputOptions): Promise<void> {
  const output = new Output(options);
  const files = await readManifest(folder);
  const faulty: string[] = [];
  for (const file of files) {
    const verdict = await verifyFile(join(folder, file.name), file);
    if (options.json) output.json({ name: file.name, ...(verdict.ok ? { ok: true } : verdict) });
    if (verdict.ok) continue;
    faulty.push(file.name);
    if (!options.json) output.line(`✗ ${plain(file.name)}: ${plain(verdict.message)}`);
  }
  if (faulty.length > 0)
    throw new CommandFailure(
      exitCodes.notVerified,
      `${count(faulty.length)} of ${count(files.length)} files are not as the manifest says.`,
      `Fetch them again: outhaul download ID ${folder} --overwrite`,
    );
  const size = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (!options.json)
    output.line(
      `✓ ${counted(files.length, 'file')}, ${bytes(size)}: every byte as the manifest says`,
    );
}

async function readManifest(folder: string): Promise<readonly ManifestFile[]> {
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
  let manifest: { version?: unknown; files?: unknown };
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
  return manifest.files as readonly ManifestFile[];
}
