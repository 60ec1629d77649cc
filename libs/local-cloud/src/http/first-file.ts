import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';

/**
 * What `parse` makes of the file, or of the text that `make` gives on the first start. The file is there whole or not at
 * all, whenever the process ends; one that cannot be parsed is named in the error. It is for its owner alone (mode 0600).
 */
export async function readOrMake<T>(
  path: string,
  parse: (text: string) => T,
  make: () => Promise<string>,
): Promise<T> {
  const present = await readIfThere(path);
  if (present !== undefined) return parsed(path, present, parse);
  const text = await make();
  await writeWhole(path, text);
  return parse(text);
}

/** Writes a file so that no reader, and no later start, ever sees a part of it. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

export async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/** What `parse` makes of a file's text; its error names the file, and what helps. */
export function parsed<T>(path: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (cause) {
    throw new Error(
      `${path} is broken, as after a start that was ended while it was written. Delete the file: the next start makes it again.`,
      { cause },
    );
  }
}
