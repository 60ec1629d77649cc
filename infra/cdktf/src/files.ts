import { type StorageBucket } from '@cdktf/provider-google/lib/storage-bucket';
import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member';
import { Construct } from 'constructs';
import { type Deployment } from './deployment.js';
import { type Encryption } from './encryption.js';
import { type Identities } from './identities.js';
import { ownBucket } from './own-bucket.js';
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
    const bucket = ownBucket(this, this.deployment, {
      id: `bucket-${location}`,
      part: `files-${location}`,
      location,
      key: this.encryption.keyOf(location, 'storage'),
      // BigQuery rewrites its objects while it works: kept deletions would be billed, retention refuses them.
      softDeletePolicy: { retentionDurationSeconds: 0 },
      lifecycleRule: [
        {
          action: { type: 'Delete' },
          // The service removes files when their time has come and says so; this is for what it has lost sight of.
          condition: { age: config.retention.filesDays + 1, matchesPrefix: ['exports/'] },
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
    for (const name of ['api', 'worker'] as const)
      identities.granted(name, give(`${name}-engine`, roles.filesEngine, identities[name].member));
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
