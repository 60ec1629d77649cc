import { fsync, fsyncSync, openSync, readdirSync, realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { promisify } from 'node:util';
import { closeAnyway } from './close-anyway.js';
import { makeFolder } from './make-folder.js';
import { asDiskError, TransferError } from './transfer-error.js';

const flushAside = promisify(fsync);

/** What a file under way has before its name, and its notes too. */
export const temporaryPrefix = '.outhaul-';

/** The names that lay in a folder. */
export interface FolderNames {
  readonly all: ReadonlySet<string>;
  /** Those of files that an earlier run had under way; hardly ever any. */
  readonly left: ReadonlySet<string>;
}

/**
 * What lay in the folders of a transfer when it came to each of them: read once a folder, so that thousands of small
 * files need no look-up each. The folder is locked, so only strangers could change it meanwhile.
 */
export class FolderView {
  private readonly known = new Map<string, FolderNames>();
  private readonly root: string;

  constructor(root: string) {
    this.root = realpathSync(root);
  }

  /** The names in a folder; makes it where it is missing. Throws a TransferError when it cannot be used. */
  namesIn(folder: string): FolderNames {
    const known = this.known.get(folder);
    if (known) return known;
    try {
      makeFolder(folder);
      const real = realpathSync(folder);
      if (real !== this.root && !real.startsWith(this.root.replace(/[/\\]$/, '') + sep)) {
        throw new TransferError(
          'name-unsafe',
          `${folder} is a link that leads out of the download's folder. Remove it, or choose another folder.`,
        );
      }
      const all = readdirSync(folder);
      const left = all.filter((name) => name.startsWith(temporaryPrefix));
      const names = { all: new Set(all), left: new Set(left) };
      this.known.set(folder, names);
      return names;
    } catch (error) {
      throw asDiskError(error, folder);
    }
  }

  /**
   * Makes the new names themselves durable, on the spot where the disk `isQuick`; where folders cannot be flushed, the file
   * system sees to it alone.
   */
  async flush(isQuick: boolean): Promise<void> {
    for (const folder of this.known.keys()) {
      let descriptor: number | undefined;
      try {
        descriptor = openSync(folder, 'r');
        if (isQuick) fsyncSync(descriptor);
        else await flushAside(descriptor);
      } catch {
        // Windows opens no folders; a folder that is gone has been told already by its files.
      } finally {
        closeAnyway(descriptor);
      }
    }
  }
}
