import { randomBytes } from 'node:crypto';
import { copyFile, link, mkdir, open, readdir, rename, rm, unlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { syncDirectory } from './journal.js';

/** Files per folder: one folder at a time grows, so that a flush syncs one directory and not hundreds. */
const filesPerFolder = 10_000;

/** The immutable files that hold the bytes of objects, under opaque names. */
export class ObjectFiles {
  #folder = '';
  #filesInFolder = filesPerFolder;
  #unsynced = new Set<string>();

  private constructor(readonly root: string) {}

  /** Opens the folder; what earlier processes left half-made in `tmp` is thrown away. */
  static async open(root: string): Promise<ObjectFiles> {
    const files = new ObjectFiles(root);
    await rm(files.temporaryFolder, { recursive: true, force: true });
    await mkdir(files.temporaryFolder, { recursive: true });
    await mkdir(join(root, 'objects'), { recursive: true });
    await files.#startFolder();
    return files;
  }

  get temporaryFolder(): string {
    return join(this.root, 'tmp');
  }

  temporaryPath(): string {
    return join(this.temporaryFolder, randomBytes(12).toString('hex'));
  }

  /** A new file's name inside the storage folder; it counts as used. */
  async allocate(): Promise<string> {
    if (++this.#filesInFolder > filesPerFolder) await this.#startFolder();
    const file = `${this.#folder}/${randomBytes(12).toString('hex')}`;
    this.#unsynced.add(this.#folder);
    return file;
  }

  pathOf(file: string): string {
    return join(this.root, file);
  }

  /** Moves a finished file in. */
  async adopt(path: string): Promise<string> {
    const handle = await open(path, 'r+');
    await handle.sync().finally(() => handle.close());
    const file = await this.allocate();
    await rename(path, this.pathOf(file));
    return file;
  }

  /** The same bytes under a second name (a hard link where the file system has them). */
  async duplicate(source: string): Promise<string> {
    const file = await this.allocate();
    try {
      await link(this.pathOf(source), this.pathOf(file));
    } catch {
      await copyFile(this.pathOf(source), this.pathOf(file));
      const handle = await open(this.pathOf(file), 'r+');
      await handle.sync().finally(() => handle.close());
    }
    return file;
  }

  async remove(file: string): Promise<void> {
    await unlink(this.pathOf(file)).catch(() => undefined);
  }

  /** Makes the names of all files allocated so far durable. */
  async sync(): Promise<void> {
    const folders = [...this.#unsynced];
    this.#unsynced.clear();
    for (const folder of folders) await syncDirectory(join(this.root, folder));
  }

  /** Deletes files that no record names: uploads that never finished, versions deleted just before a crash. */
  async removeOrphans(isKnown: (file: string) => boolean): Promise<number> {
    let removed = 0;
    const objects = join(this.root, 'objects');
    for (const entry of await readdir(objects, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = relative(this.root, join(entry.parentPath, entry.name));
      if (isKnown(file)) continue;
      await this.remove(file);
      removed++;
    }
    return removed;
  }

  async #startFolder(): Promise<void> {
    // The count starts before the folder exists: parallel callers must not start one each.
    this.#filesInFolder = 0;
    const folder = `objects/${Date.now().toString(36)}${randomBytes(3).toString('hex')}`;
    await mkdir(join(this.root, folder));
    await syncDirectory(join(this.root, 'objects'));
    this.#folder = folder;
  }
}
