export interface GatheredLines {
  write(line: string): void;
  /** Writes at once what is gathered; pino calls it after a fatal line. */
  flushSync(): void;
}

/**
 * Writes the lines of one turn of the event loop together, at its end: under load a system call per line was what
 * requests waited for. Nothing waits for longer, and what is left when the process ends is written then.
 */
export function gatheredLines(write: (lines: string) => void): GatheredLines {
  let gathered: string[] = [];
  const flushSync = (): void => {
    if (gathered.length === 0) return;
    const lines = gathered.length === 1 ? (gathered[0] as string) : gathered.join('');
    gathered = [];
    write(lines);
  };
  process.on('exit', flushSync);
  return {
    write(line) {
      if (gathered.push(line) === 1) setImmediate(flushSync);
    },
    flushSync,
  };
}
