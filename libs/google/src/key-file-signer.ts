import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { type PublicSigningKey, type Signer } from '@outhaul/core';
import { publicKeyOf } from './public-key-of.js';

/** Signs with a private key in PEM (PKCS #8), as `openssl genpkey -algorithm ed25519` writes it. Throws for any other. */
export class KeyFileSigner implements Signer {
  private readonly key: KeyObject;
  private readonly publicHalf: PublicSigningKey;

  constructor(pem: string) {
    this.key = createPrivateKey(pem);
    this.publicHalf = publicKeyOf(pem);
  }

  async publicKey(): Promise<PublicSigningKey> {
    return this.publicHalf;
  }

  async sign(bytes: Uint8Array): Promise<Uint8Array> {
    return sign(null, bytes, this.key);
  }
}
