import { DataGoogleStorageProjectServiceAccount } from '@cdktf/provider-google/lib/data-google-storage-project-service-account';
import { KmsCryptoKey } from '@cdktf/provider-google/lib/kms-crypto-key';
import { KmsCryptoKeyIamMember } from '@cdktf/provider-google/lib/kms-crypto-key-iam-member';
import { KmsKeyRing } from '@cdktf/provider-google/lib/kms-key-ring';
import { type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { type Deployment } from './deployment.js';

const daySeconds = 86_400;

export interface Key {
  readonly name: string;
  /** Uses of the key wait until Google's agents may use it. */
  readonly usable: ITerraformDependable[];
}

/** A key per location for everything at rest, turned regularly; only Google's service agents may use it. */
export class Encryption extends Construct {
  private readonly keys = new Map<string, Key>();

  constructor(
    scope: Construct,
    private readonly deployment: Deployment,
  ) {
    super(scope, 'encryption');
  }

  /** The key for what is kept in `location`; undefined = Google's own keys. */
  keyOf(location: string): Key | undefined {
    const { encryption, project } = this.deployment.config;
    if (!encryption) return undefined;
    const place = location.toLowerCase() === 'eu' ? 'europe' : location.toLowerCase();
    const present = this.keys.get(place);
    if (present) return present;
    const ring = new KmsKeyRing(this, `ring-${place}`, {
      project,
      name: this.deployment.nameOf(place),
      location: place,
      dependsOn: [...this.deployment.apis],
    });
    const key = new KmsCryptoKey(this, `key-${place}`, {
      name: 'at-rest',
      keyRing: ring.id,
      rotationPeriod: `${encryption.rotationDays * daySeconds}s`,
      lifecycle: { preventDestroy: true },
    });
    const usable = this.users().map(
      ([user, member]) =>
        new KmsCryptoKeyIamMember(this, `${user}-${place}`, {
          cryptoKeyId: key.id,
          role: 'roles/cloudkms.cryptoKeyEncrypterDecrypter',
          member,
        }),
    );
    const made = { name: key.id, usable };
    this.keys.set(place, made);
    return made;
  }

  private users(): [string, string][] {
    const { deployment } = this;
    const storage =
      (this.node.tryFindChild('storage-agent') as
        DataGoogleStorageProjectServiceAccount | undefined) ??
      new DataGoogleStorageProjectServiceAccount(this, 'storage-agent', {
        project: deployment.config.project,
      });
    return [
      ['storage', `serviceAccount:${storage.emailAddress}`],
      ['run', deployment.agent('serverless-robot-prod')],
      ['registry', deployment.agent('gcp-sa-artifactregistry')],
      ['logging', deployment.agent('gcp-sa-logging')],
    ];
  }
}
