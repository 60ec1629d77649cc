import { type FileTask } from './file-task.js';
import { type Progress } from './progress.js';
import { type Reader, RangeReader, type ReaderOptions } from './range-reader.js';
import { type ProxySettings, UndiciReader } from './undici-reader.js';

export interface LaneSettings {
  /** Most connections at once. */
  readonly most: number;
  readonly reader: ReaderOptions;
  readonly proxy?: ProxySettings;
}

/** What one lane reads with. */
export interface LaneReaders {
  /** The bare reader, or undici where a proxy is set. */
  readonly usual: Reader;
  /** For answers that the usual reader does not take. */
  fallback(): Reader;
}

const firstLanes = 4;
const growEveryMs = 200;
/** What a lane asks for in one go: so many files, unless so many bytes are reached before. */
const mostTogether = 16;
const enoughBytes = 256 << 10;

/**
 * Lanes take one range after the other, each over its own connection. There are more of them as long as that brings more
 * bytes, and fewer when the server says that it is busy.
 */
export class Lanes {
  private wanted: number;
  private active = 0;
  private best = 0;
  private readonly running: Promise<void>[] = [];
  private readonly queue: Iterator<FileTask>;
  private current?: FileTask;
  private filesLeft: number;

  constructor(
    tasks: readonly FileTask[],
    private readonly settings: LaneSettings,
    private readonly progress: Progress,
  ) {
    this.wanted = Math.min(firstLanes, settings.most);
    this.queue = tasks.values();
    this.filesLeft = tasks.length;
  }

  async run(): Promise<void> {
    this.fill();
    const timer = setInterval(() => this.grow(), growEveryMs);
    try {
      for (let index = 0; index < this.running.length; index += 1) await this.running[index];
    } finally {
      clearInterval(timer);
    }
  }

  /** The server is busy: half as many lanes, and no growing on yesterday's best. */
  ease(): void {
    this.wanted = Math.max(1, this.active >> 1);
    this.best = 0;
  }

  private grow(): void {
    const rate = this.progress.takeRate();
    if (rate <= this.best * 1.1) return;
    this.best = rate;
    this.wanted = Math.min(this.settings.most, Math.max(this.wanted, this.active) * 2);
    this.fill();
  }

  private fill(): void {
    while (this.active < this.wanted) {
      const first = this.nextFiles();
      if (first.length === 0) return;
      this.active += 1;
      this.progress.connections = this.active;
      this.running.push(this.runLane(first));
    }
  }

  /** The file of one range, or those of several small ones: their answers follow each other without a pause. */
  private nextFiles(): FileTask[] {
    const files: FileTask[] = [];
    // The last ones are shared by all lanes.
    const most = Math.max(1, Math.min(mostTogether, Math.ceil(this.filesLeft / this.wanted)));
    for (let bytes = 0; files.length < most && bytes < enoughBytes;) {
      const more = this.current?.handOut();
      if (this.current && more !== undefined) {
        files.push(this.current);
        bytes += more;
      } else {
        const { value, done } = this.queue.next();
        if (done) break;
        this.current = value;
        this.filesLeft -= 1;
      }
    }
    return files;
  }

  private async runLane(first: readonly FileTask[]): Promise<void> {
    const { reader, proxy } = this.settings;
    const usual = proxy ? new UndiciReader(reader, proxy) : new RangeReader(reader);
    let other: UndiciReader | undefined;
    const readers: LaneReaders = {
      usual,
      fallback: () => (other ??= new UndiciReader(reader, proxy)),
    };
    try {
      for (let files = first; files.length > 0;) {
        await runTogether(files, readers);
        files = this.active <= this.wanted ? this.nextFiles() : [];
      }
    } finally {
      this.active -= 1;
      this.progress.connections = this.active;
      usual.close();
      other?.close();
    }
  }
}

const runTogether = (files: readonly FileTask[], readers: LaneReaders): Promise<void> =>
  new Promise((resolve) => {
    let left = files.length;
    const done = (): void => {
      left -= 1;
      if (left === 0) resolve();
    };
    for (const file of files) file.run(readers, done);
  });
