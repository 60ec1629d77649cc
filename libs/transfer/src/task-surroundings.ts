import { type TransferOptions } from './download-files.js';
import { type FolderView } from './folder-view.js';
import { type Progress } from './progress.js';
import { type Publisher } from './publisher.js';

/** What the files of one transfer share. */
export interface TaskSurroundings {
  readonly options: TransferOptions;
  readonly progress: Progress;
  readonly view: FolderView;
  readonly publisher: Publisher;
  /** Told when the server says that it is busy. */
  onBusy(): void;
}
