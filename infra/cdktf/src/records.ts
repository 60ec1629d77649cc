import { StorageBucket } from '@cdktf/provider-google/lib/storage-bucket';
import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member';
import { Construct } from 'constructs';
import { type Deployment } from './deployment.js';
import { type Encryption } from './encryption.js';
import { type Identities } from './identities.js';
import { recordsKeeper } from './roles.js';

/** The bucket of the exports' records: the service's only database, so its earlier versions are kept. */
export class Records extends Construct {
  readonly bucket: StorageBucket;

  constructor(
    scope: Construct,
    deployment: Deployment,
    encryption: Encryption,
    identities: Identities,
  ) {
    super(scope, 'records');
    const { config } = deployment;
    const key = encryption.keyOf(config.region);
    this.bucket = new StorageBucket(this, 'bucket', {
      project: config.project,
      name: deployment.bucketName('records'),
      location: config.region,
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
      versioning: { enabled: true },
      encryption: key && { defaultKmsKeyName: key.name },
      lifecycleRule: [
        { action: { type: 'Delete' }, condition: { age: config.retention.recordsDays } },
        { action: { type: 'Delete' }, condition: { daysSinceNoncurrentTime: 30 } },
      ],
      forceDestroy: false,
      dependsOn: [...deployment.apis, ...(key?.usable ?? [])],
    });
    for (const [name, account] of [
      ['api', identities.api],
      ['worker', identities.worker],
    ] as const) {
      new StorageBucketIamMember(this, `${name}-keeps-records`, {
        bucket: this.bucket.name,
        role: identities.role(recordsKeeper),
        member: account.member,
      });
    }
  }
}
