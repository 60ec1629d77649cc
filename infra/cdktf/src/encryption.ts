import { DataGoogleLoggingProjectCmekSettings } from '@cdktf/provider-google/lib/data-google-logging-project-cmek-settings';
import { DataGoogleStorageProjectServiceAccount } from '@cdktf/provider-google/lib/data-google-storage-project-service-account';
import { KmsCryptoKey } from '@cdktf/provider-google/lib/kms-crypto-key';
import { KmsCryptoKeyIamMember } from '@cdktf/provider-google/lib/kms-crypto-key-iam-member';
import { KmsKeyRing } from '@cdktf/provider-google/lib/kms-key-ring';
import { type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { type Deployment } from './deployment.js';
import { Pause } from './pause.js';

const daySeconds = 86_400;

/** What a key is used for; each is done by another of Google's accounts. */
export type KeyUse = 'storage' | 'run' | 'registry' | 'logging';

export interface Key {
  readonly name: string;
  /** Uses of the key wait until the account that encrypts for them may use it. */
  readonly usable: ITerraformDependable;
}

/** A key per location for everything at rest, rotated regularly; only Google's service agents may use it. */
export class Encryption extends Construct {
  private readonly keys = new Map<string, KmsCryptoKey>();
  private readonly uses = new Map<string, Key>();
  private readonly members = new Map<KeyUse, string>();

  constructor(
    scope: Construct,
    private readonly deployment: Deployment,
  ) {
    super(scope, 'encryption');
  }

  /** The key for what is kept in `location`, usable by the account that encrypts there; undefined = Google's own keys. */
  keyOf(location: string, use: KeyUse): Key | undefined {
    if (!this.deployment.config.encryption) return undefined;
    const place = location.toLowerCase() === 'eu' ? 'europe' : location.toLowerCase();
    const id = `${use}-${place}`;
    const made = this.uses.get(id) ?? this.grant(id, place, use);
    this.uses.set(id, made);
    return made;
  }

  private grant(id: string, place: string, use: KeyUse): Key {
    const key = this.keys.get(place) ?? this.makeKey(place);
    this.keys.set(place, key);
    const grant = new KmsCryptoKeyIamMember(this, id, {
      cryptoKeyId: key.id,
      role: 'roles/cloudkms.cryptoKeyEncrypterDecrypter',
      member: this.memberOf(use),
    });
    const usable = new Pause(this, `${id}-may`, this.deployment.providers, {
      seconds: 30,
      after: [grant],
    });
    return { name: key.id, usable };
  }

  private makeKey(place: string): KmsCryptoKey {
    const { encryption, project, protect } = this.deployment.config;
    const ring = new KmsKeyRing(this, `ring-${place}`, {
      project,
      name: this.deployment.nameOf(place),
      location: place,
      dependsOn: [this.deployment.ready],
    });
    return new KmsCryptoKey(this, `key-${place}`, {
      name: 'at-rest',
      keyRing: ring.id,
      rotationPeriod: `${(encryption?.rotationDays ?? 0) * daySeconds}s`,
      lifecycle: protect ? { preventDestroy: true } : undefined,
    });
  }

  private memberOf(use: KeyUse): string {
    const member = this.members.get(use) ?? this.askFor(use);
    this.members.set(use, member);
    return member;
  }

  // The two that are asked for wait for no API: both are enabled in every new project, and a data source that waits for
  // a resource is read late, which would show its grants as replaced whenever an API is added.
  private askFor(use: KeyUse): string {
    const { deployment } = this;
    const { project } = deployment.config;
    switch (use) {
      case 'storage': {
        const agent = new DataGoogleStorageProjectServiceAccount(this, 'storage-agent', {
          project,
        });
        return `serviceAccount:${agent.emailAddress}`;
      }
      case 'logging': {
        // Not the account that writes for sinks: https://cloud.google.com/logging/docs/routing/managed-encryption-storage
        const settings = new DataGoogleLoggingProjectCmekSettings(this, 'logging-agent', {
          project,
        });
        return `serviceAccount:${settings.serviceAccountId}`;
      }
      case 'run':
        return deployment.agentOf('run').member;
      case 'registry':
        return deployment.agentOf('artifactregistry').member;
    }
  }
}
