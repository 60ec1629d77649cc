import { setMaxListeners } from 'node:events';
import { existsSync, statfsSync } from 'node:fs';
import { FileTask } from './file-task.js';
import { lockFolder } from './folder-lock.js';
import { FolderView } from './folder-view.js';
import { livesInMemory } from './in-memory.js';
import { Lanes, type LaneSettings } from './lanes.js';
import { makeFolder } from './make-folder.js';
import { type FilePlace, planNames, showName } from './plan-names.js';
import { bytesLeftOf } from './part-file.js';
import { Progress, type TransferProgress } from './progress.js';
import { Publisher } from './publisher.js';
import { type ReaderOptions } from './range-reader.js';
import { type LinkReason, type RemoteFile } from './remote-file.js';
import { type TaskSurroundings } from './task-surroundings.js';
import { TransferError } from './transfer-error.js';
import { type ProxySettings } from './undici-reader.js';

const mostBufferBytes = 1 << 20;
const leastBufferBytes = 4 << 10;

export interface TransferOptions<File extends RemoteFile = RemoteFile> {
  readonly folder: string;
  /** A signed URL for the file; asked again when the `old` one has expired. */
  urlFor(file: File, why: LinkReason, old?: string): string | Promise<string>;
  /** Sent with every request, such as Authorization; asked before each, so that what has ended can be renewed. */
  headers?(): Promise<Readonly<Record<string, string>>>;
  /** The file as it is now, when it was found changed; undefined when it is gone for good. */
  refresh?(file: File): Promise<File | undefined>;
  /** Most connections at once; default 64. The number used grows while it helps. */
  readonly connections?: number;
  readonly maxBytesPerSecond?: number;
  /** Replace a different file that is there already; default: refuse that file by name. */
  readonly overwrite?: boolean;
  readonly onProgress?: (progress: TransferProgress) => void;
  readonly signal?: AbortSignal;
  /** No byte for so long ends a try; default 30 s. */
  readonly stallTimeoutMs?: number;
  /** Tries of one range without a byte before the file is given up; default 8. */
  readonly maxAttempts?: number;
  /** No byte for any file for so long ends them all; default 3 min. */
  readonly giveUpAfterMs?: number;
  /** Larger files are fetched in ranges of this size, side by side; default 16 MiB. */
  readonly rangeBytes?: number;
  /** The wait before the first repetition, doubled for each further one; default 200 ms. */
  readonly firstWaitMs?: number;
  /** Go through these proxies. */
  readonly proxy?: ProxySettings;
  /** Extra options of tls.connect, such as `ca`. */
  readonly tls?: ReaderOptions['tls'];
}

export interface FileResult {
  readonly name: string;
  /** Where it is; undefined when its name was refused. */
  readonly path?: string;
  readonly sizeBytes: number;
  readonly status: 'downloaded' | 'resumed' | 'already-there' | 'failed';
  readonly error?: TransferError;
}

export interface TransferReport {
  readonly files: readonly FileResult[];
  /** Every file is there, and was verified. */
  readonly ok: boolean;
  /** Bytes that came over the network. */
  readonly bytes: number;
  readonly seconds: number;
  readonly retries: number;
}

/**
 * Fetches all files into the folder, every byte checked. Resolves also when files failed: `ok` and each file's status
 * say so. Throws a TransferError only when nothing could be begun.
 */
export async function downloadFiles<File extends RemoteFile>(
  files: readonly File[],
  options: TransferOptions<File>,
): Promise<TransferReport> {
  // Each lane listens to it: more of them than Node takes for an oversight.
  if (options.signal) setMaxListeners(0, options.signal);
  makeFolder(options.folder);
  const unlock = lockFolder(options.folder);
  try {
    return await download(files, options);
  } finally {
    unlock();
  }
}

async function download(
  files: readonly RemoteFile[],
  options: TransferOptions,
): Promise<TransferReport> {
  const startedAt = performance.now();
  const progress = new Progress(files, options.onProgress, options.maxBytesPerSecond);
  const view = new FolderView(options.folder);
  const publisher = new Publisher(livesInMemory(options.folder));
  const shared = { options, progress, view, publisher, onBusy: () => lanes?.ease() };
  let lanes: Lanes | undefined;
  let tasks: FileTask[];
  try {
    tasks = planTasks(files, shared);
    refuseFullDisk(tasks, options.folder);
    lanes = new Lanes(tasks, laneSettings(files, options), progress);
    await lanes.run();
  } finally {
    await publisher.end();
  }
  await view.flush(publisher.isQuick);
  progress.end();
  const results = tasks.map((task) => task.result());
  return {
    files: results,
    ok: results.every(({ status }) => status !== 'failed'),
    bytes: progress.receivedBytes,
    seconds: (performance.now() - startedAt) / 1_000,
    retries: progress.retries,
  };
}

function planTasks(files: readonly RemoteFile[], shared: TaskSurroundings): FileTask[] {
  const names = files.map(({ name }) => name);
  const planned = planNames(names, shared.options.folder);
  return files.map((file, index) => {
    const place = planned[index];
    if (place && 'path' in place) return new FileTask(file, place, shared);
    const task = new FileTask(file, undefined, shared);
    const why = place?.refusal ?? 'it has no name';
    task.fail(new TransferError('name-unsafe', `${showName(file.name)} is not written: ${why}.`));
    return task;
  });
}

/** The buffer that all lanes share is no larger than the files and the rate need. */
function laneSettings(files: readonly RemoteFile[], options: TransferOptions): LaneSettings {
  const rate = options.maxBytesPerSecond;
  const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const wanted = Math.min(total, mostBufferBytes, rate ? rate / 16 : mostBufferBytes);
  return {
    most: Math.max(1, options.connections ?? 64),
    reader: {
      tls: options.tls,
      buffer: Buffer.allocUnsafeSlow(Math.max(leastBufferBytes, Math.ceil(wanted))),
    },
    proxy: options.proxy,
  };
}

/** Says before the first byte that the disk cannot hold them all; what an earlier run has left is there already. */
function refuseFullDisk(tasks: readonly FileTask[], folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  const room = bavail * bsize;
  const missing = (list: readonly FileTask[], isThere: (place: FilePlace) => number): number =>
    list.reduce((total, { file, place }) => {
      const there = place ? isThere(place) : file.sizeBytes;
      return total + Math.max(0, file.sizeBytes - there);
    }, 0);
  if (missing(tasks, () => 0) <= room) return;
  const wanted = missing(tasks, (place) =>
    existsSync(place.path) ? Infinity : bytesLeftOf(place),
  );
  if (wanted <= room) return;
  throw new TransferError(
    'disk-full',
    `The files need ${wanted} bytes, and ${folder} has room for ${room}.`,
  );
}
