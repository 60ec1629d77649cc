import { writeSync } from 'node:fs';

const standardOut = 1;
/** A reader that is slow to take what is in a pipe is waited for: lines are neither lost nor kept in memory. */
const busyMs = 20;
const nap = new Int32Array(new SharedArrayBuffer(4));

let isGone = false;

/** Writes to the standard output before it returns; nothing more is written when its reader is gone. */
export function writeStandardOut(text: string): void {
  let left = Buffer.from(text);
  while (left.length > 0 && !isGone) {
    try {
      left = left.subarray(writeSync(standardOut, left));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') isGone = true;
      else if (code === 'EAGAIN' || code === 'EBUSY') Atomics.wait(nap, 0, 0, busyMs);
      else throw error;
    }
  }
}
