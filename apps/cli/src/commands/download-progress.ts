import { type FileStanding, type TransferProgress } from '@outhaul/transfer';
import { LiveLine } from '../live-line.js';
import { type Output } from '../output.js';
import { bytes, plain } from '../plain-text.js';

/** Files that are shown at once, at most. */
const mostLines = 8;
/** Many small files end faster than anybody reads. */
const drawEveryMs = 50;

/** Tells how a download comes on: each file under way as a line of its own on a terminal, each that has ended elsewhere. */
export class DownloadProgress {
  private readonly line: LiveLine;
  private readonly startedAt = performance.now();
  private drawnAt = 0;

  constructor(private readonly output: Output) {
    const { quiet, json } = output.options;
    this.line = new LiveLine(quiet || json);
  }

  tell(progress: TransferProgress): void {
    const { finished, restarted } = progress;
    if (restarted) {
      this.line.clear();
      this.output.note(`↻ ${plain(restarted.name)} is begun anew. ${plain(restarted.why)}`);
    }
    if (this.line.isLive) this.draw(progress);
    // What failed is told at the end, with its reason.
    else if (finished?.ok)
      this.line.keep(`✓ ${plain(finished.name)}, ${bytes(finished.sizeBytes)}`);
  }

  private draw(progress: TransferProgress): void {
    const now = performance.now();
    if (now - this.drawnAt < drawEveryMs) return;
    this.drawnAt = now;
    const files = progress.active().slice(0, mostLines).map(fileLine);
    this.line.show(...files, totalLine(progress, this.startedAt));
  }

  clear(): void {
    this.line.clear();
  }
}

function fileLine({ name, bytesDone, sizeBytes }: FileStanding): string {
  const percent = sizeBytes === 0 ? 100 : Math.floor((bytesDone / sizeBytes) * 100);
  return `  ${String(percent).padStart(3)} %  ${bytes(bytesDone)} of ${bytes(sizeBytes)}  ${plain(name)}`;
}

function totalLine(progress: TransferProgress, startedAt: number): string {
  const seconds = (performance.now() - startedAt) / 1_000;
  const rate = progress.bytesDone / Math.max(seconds, 0.001);
  const left = (progress.bytesTotal - progress.bytesDone) / Math.max(rate, 1);
  return `… ${progress.filesDone}/${progress.filesTotal} files, ${bytes(progress.bytesDone)} of ${bytes(progress.bytesTotal)}, ${bytes(rate)}/s, ${Math.ceil(left)} s left`;
}
