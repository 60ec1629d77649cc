import { type StorageBucket } from '@cdktf/provider-google/lib/storage-bucket';
import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member';
import { Construct } from 'constructs';
import { type Deployment } from './deployment.js';
import { type Encryption } from './encryption.js';
import { type Identities } from './identities.js';
import { ownBucket } from './own-bucket.js';
import { auditKeeper, recordsKeeper } from './roles.js';

const daySeconds = 86_400;

/**
 * The bucket of the exports' records, the service's only database, whose earlier versions are kept; and that of the audit
 * trail, which services can only add to.
 */
export class Records extends Construct {
  readonly bucket: StorageBucket;
  readonly audit: StorageBucket;

  constructor(
    scope: Construct,
    deployment: Deployment,
    encryption: Encryption,
    identities: Identities,
  ) {
    super(scope, 'records');
    const { retention, region, recordsLocation: location = region } = deployment.config;
    const key = encryption.keyOf(location, 'storage');
    this.bucket = ownBucket(this, deployment, {
      id: 'bucket',
      part: 'records',
      location,
      key,
      versioning: { enabled: true },
      lifecycleRule: [
        { action: { type: 'Delete' }, condition: { age: retention.recordsDays } },
        { action: { type: 'Delete' }, condition: { daysSinceNoncurrentTime: 30 } },
      ],
    });
    this.audit = ownBucket(this, deployment, {
      id: 'audit',
      part: 'audit',
      location,
      key,
      // No one deletes or replaces an object before its time, once it is locked not even an owner:
      // https://cloud.google.com/storage/docs/bucket-lock
      retentionPolicy: {
        retentionPeriod: retention.auditDays * daySeconds,
        isLocked: retention.lockAudit,
      },
      lifecycleRule: [{ action: { type: 'Delete' }, condition: { age: retention.auditDays + 1 } }],
    });
    for (const name of ['api', 'worker'] as const) {
      const { member } = identities[name];
      for (const [id, bucket, role] of [
        ['keeps-records', this.bucket, recordsKeeper],
        ['keeps-audit', this.audit, auditKeeper],
      ] as const) {
        const grant = new StorageBucketIamMember(this, `${name}-${id}`, {
          bucket: bucket.name,
          role: identities.role(role),
          member,
        });
        identities.granted(name, grant);
      }
    }
  }
}
