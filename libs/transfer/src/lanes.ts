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

/** A piece of work: about so many bytes to fetch. */
export interface Step {
  readonly bytes: number;
  run(readers: LaneReaders): Promise<void>;
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
      const first = this.nextSteps();
      if (first.length === 0) return;
      this.active += 1;
      this.progress.connections = this.active;
      this.running.push(this.runLane(first));
    }
  }

  /** One step, or several small ones: their answers follow each other without a pause. */
  private nextSteps(): Step[] {
    const steps: Step[] = [];
    // The last ones are shared by all lanes.
    const most = Math.min(mostTogether, Math.ceil(this.filesLeft / this.wanted));
    for (let bytes = 0; steps.length < Math.max(1, most) && bytes < enoughBytes;) {
      const step = this.nextStep();
      if (!step) break;
      steps.push(step);
      bytes += step.bytes;
    }
    return steps;
  }

  private nextStep(): Step | undefined {
    for (;;) {
      const step = this.current?.nextStep();
      if (step) return step;
      const { value, done } = this.queue.next();
      if (done) return undefined;
      this.current = value;
      this.filesLeft -= 1;
    }
  }

  private async runLane(first: readonly Step[]): Promise<void> {
    const { reader, proxy } = this.settings;
    const usual = proxy ? new UndiciReader(reader, proxy) : new RangeReader(reader);
    let other: UndiciReader | undefined;
    const readers: LaneReaders = {
      usual,
      fallback: () => (other ??= new UndiciReader(reader, proxy)),
    };
    try {
      for (let steps = first; steps.length > 0;) {
        await Promise.all(steps.map((step) => step.run(readers)));
        steps = this.active <= this.wanted ? this.nextSteps() : [];
      }
    } finally {
      this.active -= 1;
      this.progress.connections = this.active;
      usual.close();
      other?.close();
    }
  }
}
