import { verify } from 'node:crypto';
import { AppError, type PublicSigningKey, type Signer } from '@outhaul/core';
import { type GoogleAuth } from 'google-auth-library';
import { authorizedText } from './authorized-fetch.js';
import { publicKeyOf } from './public-key-of.js';

/**
 * Signs with a key version of Cloud KMS, of the algorithm EC_SIGN_ED25519, which takes the data themselves and no digest:
 * https://docs.cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys.cryptoKeyVersions/asymmetricSign
 */
export class KmsSigner implements Signer {
  private asked?: Promise<PublicSigningKey>;

  constructor(
    private readonly auth: GoogleAuth,
    /** `projects/P/locations/L/keyRings/R/cryptoKeys/K/cryptoKeyVersions/N`. */
    private readonly keyVersion: string,
    private readonly endpoint = 'https://cloudkms.googleapis.com',
  ) {}

  /** Asked for once: a key version has one public key forever. */
  publicKey(): Promise<PublicSigningKey> {
    return (this.asked ??= this.askPublicKey().catch((error: unknown) => {
      this.asked = undefined;
      throw error;
    }));
  }

  /** What Cloud KMS signed is checked by the public key: that shows more than the checksums that it offers. */
  async sign(bytes: Uint8Array): Promise<Uint8Array> {
    const { pem } = await this.publicKey();
    const { signature } = await this.call<{ signature?: string }>(':asymmetricSign', {
      data: Buffer.from(bytes).toString('base64'),
    });
    const signed = Buffer.from(signature ?? '', 'base64');
    if (verify(null, bytes, pem, signed)) return signed;
    throw new AppError('upstream-unavailable', 'Cloud KMS sent a signature that is not good.', {
      resource: this.keyVersion,
    });
  }

  private async askPublicKey(): Promise<PublicSigningKey> {
    const { pem = '', algorithm = '' } = await this.call<{ pem?: string; algorithm?: string }>(
      '/publicKey',
    );
    if (algorithm === 'EC_SIGN_ED25519') return publicKeyOf(pem);
    throw new AppError(
      'request-invalid',
      `The key ${this.keyVersion} is for ${algorithm}; signing takes EC_SIGN_ED25519.`,
      { resource: this.keyVersion },
    );
  }

  private async call<T>(path: string, body?: object): Promise<T> {
    const { text } = await authorizedText(
      this.auth,
      `${this.endpoint}/v1/${this.keyVersion}${path}`,
      body
        ? {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify(body),
          }
        : {},
      { missing: 'request-invalid', resource: this.keyVersion },
    );
    return JSON.parse(text) as T;
  }
}
