import { createHash, createPublicKey } from 'node:crypto';
import { type PublicSigningKey } from '@outhaul/core';

/** The public half of a key in PEM, private or public; throws for one that is not Ed25519. */
export function publicKeyOf(pem: string): PublicSigningKey {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType !== 'ed25519')
    throw new Error(`The key is of type ${key.asymmetricKeyType}, not ed25519.`);
  const der = key.export({ type: 'spki', format: 'der' });
  return {
    keyId: `sha256:${createHash('sha256').update(der).digest('hex')}`,
    pem: key.export({ type: 'spki', format: 'pem' }) as string,
  };
}
