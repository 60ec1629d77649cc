import { AppError } from '../errors.js';
import { type ExportRecord, isFinished, stateOf } from '../record.js';
import { removePrefix } from '../run/remove-prefix.js';
import { type ExporterDeps } from './deps.js';

/** Removes a finished export: its files first, then its record, so that a repeat finds what is left. */
export async function removeExport(
  record: ExportRecord,
  { files, records }: ExporterDeps,
  /** Waited for before anything goes. */
  intend: () => Promise<void> = async () => undefined,
): Promise<void> {
  if (!isFinished(record)) {
    throw new AppError('state-conflict', `Export ${record.id} is still ${stateOf(record)}.`, {
      fix: 'Cancel it first.',
    });
  }
  await intend();
  await removePrefix(record, files);
  await records.remove(record.id);
}
