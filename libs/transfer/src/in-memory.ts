import { statfsSync } from 'node:fs';

/** What Linux calls tmpfs and ramfs (statfs(2)). */
const inMemory: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);

/** Whether a folder's files live in memory only, so that nothing could make them durable. */
export const livesInMemory = (folder: string): boolean =>
  process.platform === 'linux' && inMemory.has(statfsSync(folder).type);
