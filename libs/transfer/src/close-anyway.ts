import { closeSync } from 'node:fs';

/** Closes what is no longer needed, or shows by a checksum what the disk could not keep: so how that went is of no interest. */
export function closeAnyway(descriptor: number | undefined): void {
  try {
    if (descriptor !== undefined) closeSync(descriptor);
  } catch {
    // A network disk may tell only now that it has kept nothing.
  }
}
