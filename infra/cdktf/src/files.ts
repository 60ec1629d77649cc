import { StorageBucket } from '@cdktf/provider-google/lib/storage-bucket';
import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member';
import { Construct } from 'constructs';
import { type Deployment } from './deployment.js';
import { type Encryption } from './encryption.js';
import { type Identities } from './identities.js';
import * as roles from './roles.js';

/** A bucket per location for exported files; BigQuery writes where its data are. */
export class Files extends Construct {
  readonly buckets: readonly StorageBucket[];

  constructor(
    scope: Construct,
    private readonly deployment: Deployment,
    private readonly encryption: Encryption,
    private readonly identities: Identities,
  ) {
    super(scope, 'files');
    this.buckets = deployment.config.locations.map((location) => this.bucketIn(location));
  }

  private bucketIn(location: string): StorageBucket {
    const { config } = this.deployment;
    const key = this.encryption.keyOf(location);
    const bucket = new StorageBucket(this, `bucket-${location}`, {
      project: config.project,
      name: this.deployment.bucketName(`files-${location}`),
      location,
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
      encryption: key && { defaultKmsKeyName: key.name },
      // BigQuery rewrites its objects while it works: kept deletions would be billed, retention refuses them.
      softDeletePolicy: { retentionDurationSeconds: 0 },
      lifecycleRule: [
        {
          action: { type: 'Delete' },
          condition: { age: config.retention.filesDays, matchesPrefix: ['exports/'] },
        },
        { action: { type: 'AbortIncompleteMultipartUpload' }, condition: { age: 1 } },
      ],
      cors: config.domain
        ? [
            {
              origin: [`https://${config.domain}`],
              method: ['GET', 'HEAD'],
              responseHeader: ['Content-Range', 'Content-Length', 'ETag', 'x-goog-hash'],
              maxAgeSeconds: 3_600,
            },
          ]
        : undefined,
      forceDestroy: false,
      dependsOn: [...this.deployment.apis, ...(key?.usable ?? [])],
    });
    this.grant(bucket, location);
    return bucket;
  }

  private grant(bucket: StorageBucket, location: string): void {
    const { identities } = this;
    const { access } = this.deployment.config;
    const give = (id: string, role: roles.CustomRole, member: string) =>
      new StorageBucketIamMember(this, `${id}-${location}`, {
        bucket: bucket.name,
        role: identities.role(role),
        member,
        condition: onlyExports(bucket.name),
      });
    give('api-engine', roles.filesEngine, identities.api.member);
    give('worker-engine', roles.filesEngine, identities.worker.member);
    give('schedules-write', roles.exporter, identities.schedules.member);
    for (const [role, members] of [
      [roles.viewer, access.viewers],
      [roles.exporter, access.exporters],
      [roles.admin, access.admins],
    ] as const)
      for (const member of members) give(`${role.id}-${member}`, role, member);
  }
}

/**
 * Objects below `exports/` only. The bucket itself must pass too: listing is asked of it, and so are the permissions by
 * which the service tells viewers, exporters and admins apart.
 */
const onlyExports = (bucket: string) => ({
  title: 'only exports',
  description: 'Writes and reads below exports/ only.',
  expression: `resource.type == "storage.googleapis.com/Bucket" || resource.name.startsWith("projects/_/buckets/${bucket}/objects/exports/")`,
});
