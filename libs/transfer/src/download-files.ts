import { existsSync, mkdirSync, statfsSync } from 'node:fs';
import { FileTask } from './file-task.js';
import { lockFolder } from './folder-lock.js';
import { planNames, showName } from './plan-names.js';
import { Progress, type TransferProgress } from './progress.js';
import { RangeReader, type ReaderOptions } from './range-reader.js';
import { type RemoteFile } from './remote-file.js';
import { asDiskError, TransferError } from './transfer-error.js';

export interface TransferOptions {
  readonly folder: string;
  /** A signed URL for the file; asked again when the old one has expired, or the file has changed. */
  urlFor(file: RemoteFile, why: 'first' | 'expired' | 'changed'): Promise<string>;
  /** The file as it is now, when it was found changed; undefined when it is gone for good. */
  refresh?(file: RemoteFile): Promise<RemoteFile | undefined>;
  /** Most connections at once; default 16. The number used grows while it helps. */
  readonly connections?: number;
  readonly maxBytesPerSecond?: number;
  /** Replace a different file that is there already; default: refuse that file by name. */
  readonly overwrite?: boolean;
  readonly onProgress?: (progress: TransferProgress) => void;
  readonly signal?: AbortSignal;
  /** No byte for so long ends a try; default 30 s. */
  readonly stallTimeoutMs?: number;
  /** Tries of one range before the file is given up; default 8. */
  readonly maxAttempts?: number;
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
export async function downloadFiles(
  files: readonly RemoteFile[],
  options: TransferOptions,
): Promise<TransferReport> {
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
  const planned = planNames(
    files.map(({ name }) => name),
    options.folder,
  );
  const tasks = files.map((file, index) => {
    const place = planned[index];
    const task = new FileTask(
      file,
      place && 'path' in place ? place.path : undefined,
      options,
      progress,
    );
    if (!place || 'refusal' in place) {
      task.fail(
        new TransferError(
          'name-unsafe',
          `${showName(file.name)} is not written: ${place?.refusal ?? 'it has no name'}.`,
        ),
      );
    }
    return task;
  });
  refuseFullDisk(tasks, options.folder);
  await runLanes(tasks, options, progress);
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

/** Lanes take one range after the other, each over its own connection; more are added while that brings more bytes. */
async function runLanes(
  tasks: readonly FileTask[],
  options: TransferOptions,
  progress: Progress,
): Promise<void> {
  const most = Math.max(1, options.connections ?? 16);
  const queue = tasks.values();
  let current: FileTask | undefined;
  const lanes: Promise<void>[] = [];
  const nextStep = (): ReturnType<FileTask['nextStep']> => {
    for (;;) {
      const step = current?.nextStep();
      if (step) return step;
      const { value, done } = queue.next();
      if (done) return undefined;
      current = value;
    }
  };
  const runLane = async (): Promise<void> => {
    const reader = new RangeReader({ tls: options.tls });
    try {
      for (let step = nextStep(); step; step = nextStep()) await step(reader);
    } finally {
      reader.close();
    }
  };
  const add = (count: number): void => {
    for (let index = 0; index < count && lanes.length < most; index += 1) lanes.push(runLane());
  };
  add(4);
  let best = 0;
  const grow = setInterval(() => {
    const rate = progress.takeRate();
    if (rate > best * 1.1) {
      best = rate;
      add(lanes.length);
    }
  }, 200);
  try {
    for (let index = 0; index < lanes.length; index += 1) await lanes[index];
  } finally {
    clearInterval(grow);
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw asDiskError(error, folder);
  }
}

/** Says before the first byte that the disk cannot hold them all. */
function refuseFullDisk(tasks: readonly FileTask[], folder: string): void {
  const wanted = tasks.reduce(
    (total, task) => total + (task.path && !existsSync(task.path) ? task.file.sizeBytes : 0),
    0,
  );
  const { bavail, bsize } = statfsSync(folder);
  if (wanted <= bavail * bsize) return;
  throw new TransferError(
    'disk-full',
    `The files need ${wanted} bytes, and ${folder} has room for ${bavail * bsize}.`,
  );
}
