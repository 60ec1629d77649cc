import { type Worker } from 'node:worker_threads';
import { type FinishedFile, finishFiles, type FinishingFailure } from './finish-files.js';

/** What the thread answers to each batch. */
interface Finishing {
  readonly failures: readonly FinishingFailure[];
  readonly tookMs: number;
}

interface Waiting {
  readonly file: FinishedFile;
  readonly done: (failure?: FinishingFailure) => void;
}

const program = `
const { parentPort } = process.getBuiltinModule('node:worker_threads');
const fs = process.getBuiltinModule('node:fs');
const finishFiles = ${String(finishFiles)};
parentPort.on('message', ({ flat, flush }) => {
  const startedAt = performance.now();
  const files = [];
  for (let at = 0; at < flat.length; at += 4) {
    const [descriptor, temporary, path, replace] = flat.slice(at, at + 4);
    files.push({ descriptor, temporary, path, replace });
  }
  const failures = finishFiles(fs, files, flush);
  parentPort.postMessage({ failures, tookMs: performance.now() - startedAt });
});`;

/** Finishes many small files beside the lanes, so that these read on: what has come in one turn goes over together. */
export class FinishingThread {
  private readonly worker: Worker;
  private waiting: Waiting[] = [];
  private readonly sent: Waiting[][] = [];
  private count = 0;
  private less?: Promise<void>;
  private wake?: () => void;
  /** It has ended too early; nothing more may be given to it. */
  isBroken = false;

  /** `most` files wait at once, since each holds a descriptor; `onTook` is told how long how many took. */
  constructor(
    private readonly flush: boolean,
    private readonly most: number,
    private readonly onTook: (ms: number, files: number) => void,
  ) {
    const { Worker: Thread } = process.getBuiltinModule('node:worker_threads');
    this.worker = new Thread(program, {
      eval: true,
      // It closes what the lanes have opened.
      trackUnmanagedFds: false,
      resourceLimits: { maxYoungGenerationSizeMb: 2 },
    });
    this.worker.on('message', (answer: Finishing) => this.answered(answer));
    this.worker.on('error', (error) => this.broke(error));
    this.worker.on('exit', () =>
      this.broke(new Error('The thread that finishes files has ended.')),
    );
  }

  /** Goes on with `done`, which must not throw. Waits only when too many files wait already. */
  add(file: FinishedFile, done: Waiting['done']): Promise<void> | undefined {
    if (this.waiting.length === 0) setImmediate(() => this.post());
    this.waiting.push({ file, done });
    this.count += 1;
    return this.count >= this.most ? this.whenLess() : undefined;
  }

  /** Waits for what was added, and ends the thread. */
  async end(): Promise<void> {
    while (this.count > 0) await this.whenLess();
    this.worker.removeAllListeners('exit');
    void this.worker.terminate();
  }

  private whenLess(): Promise<void> {
    return (this.less ??= new Promise((resolve) => (this.wake = resolve)));
  }

  private post(): void {
    if (this.isBroken || this.waiting.length === 0) return;
    this.sent.push(this.waiting);
    // Side by side, since objects take the lanes longer to hand over.
    const flat: unknown[] = [];
    for (const { file } of this.waiting)
      flat.push(file.descriptor, file.temporary, file.path, file.replace);
    this.worker.postMessage({ flat, flush: this.flush });
    this.waiting = [];
  }

  private answered({ failures, tookMs }: Finishing): void {
    const batch = this.sent.shift() ?? [];
    this.onTook(tookMs, batch.length);
    const failed = new Map(failures.map((failure) => [failure.index, failure]));
    batch.forEach(({ done }, index) => done(failed.get(index)));
    this.went(batch.length);
  }

  private broke(why: Error): void {
    this.isBroken = true;
    const left = [...this.sent.splice(0).flat(), ...this.waiting.splice(0)];
    left.forEach(({ done }, index) => done({ index, message: why.message }));
    this.went(left.length);
  }

  private went(files: number): void {
    this.count -= files;
    this.less = undefined;
    this.wake?.();
  }
}
