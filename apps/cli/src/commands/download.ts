import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { bytes, counted, plain } from '../plain-text.js';
import { shellWord } from '../shell-word.js';
import { type Session } from '../session.js';
import { DownloadProgress } from './download-progress.js';
import { ExportLinks } from './export-links.js';
import { filesOfManifest, removeSurplus } from './folder-files.js';

export interface DownloadOptions {
  readonly overwrite?: boolean;
  readonly maxRate?: number;
}

/** Fetches a finished export's files, each byte checked, into a folder (default: one of the export's own). */
export async function downloadExport(
  session: Session,
  id: string,
  folder = `outhaul-${id}`,
  options: DownloadOptions = {},
): Promise<void> {
  const { output } = session;
  const [files, transfer] = await Promise.all([session.filesOf(id), loadTransfer()]);
  const { downloadFiles, TransferError } = transfer;
  const links = new ExportLinks(() => session.filesOf(id));
  const linkTo = (name: string, url: string | undefined): string => {
    if (url !== undefined) return url;
    throw new TransferError('file-gone', `${name} is not among the export's files any more.`);
  };
  const shown = new DownloadProgress(output);
  const target = resolve(folder);
  refuseFile(target);
  const earlier = options.overwrite ? await filesOfManifest(target) : [];
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.once('SIGINT', stop);
  try {
    const report = await downloadFiles(files, {
      folder: target,
      overwrite: options.overwrite,
      maxBytesPerSecond: options.maxRate,
      proxy: session.proxy,
      headers: session.fileHeaders,
      signal: abort.signal,
      urlFor: (file, why, old) =>
        why === 'first'
          ? linkTo(file.name, links.first(file))
          : links.fresh(file, old).then((url) => linkTo(file.name, url)),
      refresh: ({ name }) => links.now(name),
      onProgress: output.options.quiet ? undefined : (progress) => shown.tell(progress),
    });
    shown.clear();
    if (output.options.json) {
      for (const { name, path, sizeBytes, status, error } of report.files) {
        output.json({
          name,
          path,
          sizeBytes,
          status,
          error: error && { code: error.code, message: error.message },
        });
      }
    }
    const failed = report.files.filter(({ status }) => status === 'failed');
    if (failed.length > 0) {
      for (const { name, error } of failed)
        output.fault(`${plain(name)}: ${plain(error?.message ?? 'failed')}`);
      const goOn = `outhaul download ${id} ${shellWord(folder)}`;
      if (abort.signal.aborted)
        throw new CommandFailure(
          exitCodes.interrupted,
          'Stopped.',
          `Go on with: ${goOn}${session.again}`,
        );
      const isInTheWay = failed.every(({ error }) => error?.code === 'exists-different');
      throw new CommandFailure(
        exitCodes.notVerified,
        `${failed.length} of ${report.files.length} files could not be downloaded.`,
        isInTheWay
          ? `Replace what is there: ${goOn} --overwrite${session.again}`
          : `Go on with: ${goOn}${session.again}`,
      );
    }
    for (const name of await removeSurplus(target, earlier, files))
      output.note(`✓ ${plain(name)} was of the earlier export: deleted`);
    const rate =
      report.seconds > 0 && report.bytes > 0 ? `, ${bytes(report.bytes / report.seconds)}/s` : '';
    output.note(
      `✓ ${counted(report.files.length, 'file')}, ${bytes(report.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))}, every checksum right (${report.seconds.toFixed(1)} s${rate})`,
    );
    if (!output.options.json) output.line(target);
  } catch (error) {
    if (error instanceof TransferError) throw new CommandFailure(exitCodes.failure, error.message);
    throw error;
  } finally {
    process.off('SIGINT', stop);
    shown.clear();
  }
}

/** Refuses a file where a folder is wanted. */
export function refuseFile(target: string): void {
  let isFile = false;
  try {
    isFile = !statSync(target).isDirectory();
  } catch {
    // What is not there is made; what may not be looked at is told by the transfer.
  }
  if (isFile)
    throw new CommandFailure(
      exitCodes.failure,
      `${target} is a file, not a folder.`,
      'Name another folder.',
    );
}

/** Loaded while the list of files is on its way: one turn later, when that has been asked for. */
async function loadTransfer() {
  await new Promise((resolve) => setImmediate(resolve));
  return import('@outhaul/transfer');
}
