import { readFileSync } from 'node:fs';
import { type Signer } from '@outhaul/core';
import { KeyFileSigner, KmsSigner, type serviceAuth } from '@outhaul/google';
import { type SigningConfig } from './signing-settings.js';

/** The signer that the configuration names. A key file that is none stops the start: nothing may end unsigned unseen. */
export function makeSigner(
  signing: SigningConfig['signing'],
  auth: ReturnType<typeof serviceAuth>,
): Signer | undefined {
  if (!signing) return undefined;
  if ('keyVersion' in signing) return new KmsSigner(auth, signing.keyVersion, signing.endpoint);
  try {
    return new KeyFileSigner(readFileSync(signing.keyFile, 'utf8'));
  } catch (error) {
    throw new Error(
      'OUTHAUL_SIGNING_KEY_FILE names no Ed25519 private key in PEM. Make one: openssl genpkey -algorithm ed25519 -out FILE',
      { cause: error },
    );
  }
}
