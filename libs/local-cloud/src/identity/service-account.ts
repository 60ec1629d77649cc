import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  sign,
} from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readOrMake } from '../http/first-file.js';

/** The service account of the local cloud: an e-mail address and an RSA key that never leaves the data folder. */
export class ServiceAccount {
  readonly keyId: string;
  readonly publicKeyPem: string;

  private constructor(
    readonly email: string,
    readonly privateKey: KeyObject,
  ) {
    const publicKey = createPublicKey(privateKey);
    this.publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    this.keyId = createHash('sha1').update(this.publicKeyPem).digest('hex');
  }

  /** Reads the key from `folder`, or makes it on the first start (mode 0600). */
  static async open(folder: string, email: string): Promise<ServiceAccount> {
    const privateKey = await readOrMake(
      join(folder, 'service-account-key.pem'),
      createPrivateKey,
      async () => {
        const made = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
        return made.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      },
    );
    return new ServiceAccount(email, privateKey);
  }

  /** RSA-SHA256, as IAM's signBlob makes it. */
  sign(bytes: Buffer): Buffer {
    return sign('sha256', bytes, this.privateKey);
  }

  get publicKey(): KeyObject {
    return createPublicKey(this.publicKeyPem);
  }

  /** The key file that Google's libraries read; `url` is where the local cloud listens now. */
  keyFile(projectId: string, url: string): Record<string, string> {
    return {
      type: 'service_account',
      project_id: projectId,
      private_key_id: this.keyId,
      private_key: this.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      client_email: this.email,
      client_id: '100000000000000000009',
      auth_uri: `${url}/auth`,
      token_uri: `${url}/token`,
      auth_provider_x509_cert_url: `${url}/jwks`,
      universe_domain: 'googleapis.com',
    };
  }
}
