import { forTerminal, writeError } from './terminal.js';
import { fit } from './text-width.js';

/** Lines on stderr that are written over on a terminal; piped, only lasting lines are written. */
export class LiveLine {
  private shown: readonly string[] = [];
  /** Whether there is a terminal to write over. */
  readonly isLive: boolean;

  constructor(
    private readonly quiet: boolean,
    isTerminal: boolean = process.stderr.isTTY === true,
  ) {
    this.isLive = isTerminal && !quiet;
  }

  /** Replaces what stands there; nothing when piped. */
  show(...lines: readonly string[]): void {
    if (!this.isLive || lines.join('\n') === this.shown.join('\n')) return;
    const columns = (process.stderr.columns ?? 80) - 1;
    const text = lines.map((line) => fit(forTerminal(line), columns)).join('\n');
    process.stderr.write(`${this.toStart()}\u001b[J${text}`);
    this.shown = lines;
  }

  /** Writes a line that stays. */
  keep(text: string): void {
    if (this.quiet) return;
    this.clear();
    writeError(text);
  }

  clear(): void {
    if (this.isLive && this.shown.length > 0) process.stderr.write(`${this.toStart()}\u001b[J`);
    this.shown = [];
  }

  /** Moves to where the first of the lines that stand there begins. */
  private toStart(): string {
    const up = this.shown.length - 1;
    return up > 0 ? `\r\u001b[${up}A` : '\r';
  }
}
