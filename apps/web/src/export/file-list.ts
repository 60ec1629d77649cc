import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { type DownloadFile } from '@outhaul/api-client';
import { showBytes, showCount } from '../format/figures';
import { CopyButton } from '../ui/copy-button';
import { Icon } from '../ui/icon';
import { VirtualList } from '../ui/virtual-list';

/** The files of a finished export: each by itself, all as one archive, or by the command line. */
@Component({
  selector: 'outhaul-file-list',
  imports: [CopyButton, Icon, MatButton, VirtualList],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './file-list.html',
  styleUrl: './file-list.scss',
})
export class FileList {
  readonly id = input.required<string>();
  readonly files = input.required<readonly DownloadFile[]>();
  /** How many of them hold rows; the others describe these. */
  readonly withRows = input.required<number>();
  protected readonly counts = computed(() => {
    const rows = showCount(this.withRows());
    const others = showCount(this.files().length - this.withRows());
    return $localize`:@@files.counts:${rows}:rows: with rows, ${others}:others: about them`;
  });
  protected readonly total = computed(() =>
    showBytes(this.files().reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)),
  );
  protected readonly archiveUrl = computed(() => `/api/v1/archive/${this.id()}`);
  protected readonly cliLine = computed(() => `outhaul download ${this.id()}`);
  protected readonly listPx = computed(() => Math.max(160, Math.min(this.files().length, 12) * 40));
  protected readonly showBytes = showBytes;

  protected urlOf(file: DownloadFile): string {
    return `/api/v1/download/${this.id()}/${encodeURIComponent(file.name)}`;
  }

  /** The address within Outhaul: whoever opens it must be allowed to; a signed URL would let anyone in. */
  protected linkOf(file: DownloadFile): string {
    return location.origin + this.urlOf(file);
  }

  protected copyLabel(file: DownloadFile): string {
    return $localize`:@@files.copyLink:Copy the link to ${file.name}:name:`;
  }
}
