import { hkdfSync } from 'node:crypto';
import { type MaskKeys } from '@outhaul/core';

/**
 * Derives the keys of sha256 masks from the deployment's own (HKDF-SHA256, RFC 5869). Jobs get derived keys only, and of
 * them nothing leads back to the master.
 */
export const maskKeysOf =
  (master: string): MaskKeys =>
  (scope) =>
    Buffer.from(hkdfSync('sha256', master, 'outhaul-mask-1', scope, 32)).toString('hex');
