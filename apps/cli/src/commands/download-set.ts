import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ExportSet, unwrap } from '@outhaul/api-client';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { counted, plain } from '../plain-text.js';
import { type Session } from '../session.js';
import { shellWord } from '../shell-word.js';
import { downloadExport, type DownloadOptions, refuseFile } from './download.js';
import { setManifestFile } from './set-folder.js';

/**
 * Downloads each exported table into `FOLDER/DATASET/TABLE`, and the set's manifest beside them. A table that fails does not
 * keep the others from coming; all that is missing is told at the end.
 */
export async function downloadSet(
  session: Session,
  set: ExportSet,
  folder = `outhaul-${set.id}`,
  options: DownloadOptions = {},
): Promise<void> {
  const { client, output, again } = session;
  const goOn = `outhaul download ${set.id} ${shellWord(folder)}`;
  refuseFile(resolve(folder));
  if (set.outcome) {
    const params = { path: { id: set.id } };
    const manifest = await unwrap(client.GET('/api/v1/export-sets/{id}/manifest', { params }));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, setManifestFile), `${JSON.stringify(manifest, null, 2)}\n`);
  }
  const failed: CommandFailure[] = [];
  const tables = set.tables.filter(({ state }) => state === 'succeeded');
  for (const { exportId, table } of tables) {
    try {
      const place = join(folder, table.dataset, table.table);
      await downloadExport(session, exportId, place, options);
    } catch (error) {
      if (!(error instanceof CommandFailure)) throw error;
      if (error.exitCode === exitCodes.interrupted)
        throw new CommandFailure(error.exitCode, error.message, `Go on with: ${goOn}${again}`);
      output.fault(`${plain(table.dataset)}.${plain(table.table)}: ${error.message}`);
      failed.push(error);
    }
  }
  if (failed.length === 0) return;
  const isInTheWay = failed.every(({ fix }) => fix?.includes(' --overwrite'));
  throw new CommandFailure(
    failed[0]?.exitCode ?? exitCodes.failure,
    `${failed.length} of ${counted(tables.length, 'table')} could not be downloaded.`,
    isInTheWay
      ? `Replace what is there: ${goOn} --overwrite${again}`
      : `Go on with: ${goOn}${again}`,
  );
}
