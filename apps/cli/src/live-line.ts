/** One line on stderr that is written over on a terminal; piped, only lasting lines are written. */
export class LiveLine {
  private shown = '';
  private readonly isLive: boolean;

  constructor(
    private readonly quiet: boolean,
    isTerminal: boolean = process.stderr.isTTY === true,
  ) {
    this.isLive = isTerminal && !quiet;
  }

  /** Replaces what stands there; nothing when piped. */
  show(text: string): void {
    if (!this.isLive || text === this.shown) return;
    const width = (process.stderr.columns ?? 80) - 1;
    process.stderr.write(`\r\u001b[K${text.slice(0, width)}`);
    this.shown = text;
  }

  /** Writes a line that stays. */
  keep(text: string): void {
    if (this.quiet) return;
    this.clear();
    process.stderr.write(`${text}\n`);
  }

  clear(): void {
    if (this.isLive && this.shown) process.stderr.write('\r\u001b[K');
    this.shown = '';
  }
}
