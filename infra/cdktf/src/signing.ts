import { KmsCryptoKey } from '@cdktf/provider-google/lib/kms-crypto-key';
import { KmsCryptoKeyIamMember } from '@cdktf/provider-google/lib/kms-crypto-key-iam-member';
import { KmsKeyRing } from '@cdktf/provider-google/lib/kms-key-ring';
import { Construct } from 'constructs';
import { type StackConfig } from './config.js';
import { type Deployment } from './deployment.js';
import { type Identities } from './identities.js';
import { manifestSigner } from './roles.js';

/** The key that sealed exports are signed with: both services may sign with it, and no one else of ours may. */
export class Signing extends Construct {
  /** The version that the services sign with. */
  readonly keyVersion: string;

  constructor(
    scope: Construct,
    deployment: Deployment,
    identities: Identities,
    { keyVersion }: NonNullable<StackConfig['signing']>,
  ) {
    super(scope, 'signing');
    const { project, region, protect } = deployment.config;
    const ring = new KmsKeyRing(this, 'ring', {
      project,
      name: deployment.nameOf('signing'),
      location: region,
      dependsOn: [deployment.ready],
    });
    const key = new KmsCryptoKey(this, 'key', {
      name: 'manifests',
      keyRing: ring.id,
      purpose: 'ASYMMETRIC_SIGN',
      versionTemplate: { algorithm: 'EC_SIGN_ED25519', protectionLevel: 'SOFTWARE' },
      lifecycle: protect ? { preventDestroy: true } : undefined,
    });
    for (const service of ['api', 'worker'] as const) {
      const grant = new KmsCryptoKeyIamMember(this, `${service}-signs`, {
        cryptoKeyId: key.id,
        role: identities.role(manifestSigner),
        member: identities[service].member,
      });
      identities.granted(service, grant);
    }
    this.keyVersion = `${key.id}/cryptoKeyVersions/${keyVersion}`;
  }

  get env(): Record<string, string> {
    return { OUTHAUL_SIGNING_KEY_VERSION: this.keyVersion };
  }
}
