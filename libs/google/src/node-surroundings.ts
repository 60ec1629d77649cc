import { createHash, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Surroundings } from '@outhaul/core';

const compress = promisify(gzip);

/** The machine's clock and chance. */
export const nodeSurroundings: Surroundings = {
  nowMs: () => Date.now(),
  random: (bytes) => randomBytes(bytes),
  sha256: (text) => createHash('sha256').update(text).digest('hex'),
  gzip: (text) => compress(text),
};
