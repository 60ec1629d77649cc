import { StorageBucket, type StorageBucketConfig } from '@cdktf/provider-google/lib/storage-bucket';
import { StorageBucketIamBinding } from '@cdktf/provider-google/lib/storage-bucket-iam-binding';
import { type Construct } from 'constructs';
import { type Deployment } from './deployment.js';
import { type Key } from './encryption.js';

type Rest = Omit<
  StorageBucketConfig,
  'name' | 'location' | 'project' | 'encryption' | 'uniformBucketLevelAccess'
>;

/**
 * A bucket that only its own grants open. Cloud Storage gives each new bucket to the project's basic roles: viewers read
 * every object, editors write and administer (https://cloud.google.com/storage/docs/access-control/iam-roles#basic-roles).
 * Those grants are taken away. Owners keep the bucket itself: they could give themselves anything, and anyone who applies the
 * stack has to be able to read the bucket's settings.
 */
export function ownBucket(
  scope: Construct,
  deployment: Deployment,
  bucket: Rest & {
    readonly id: string;
    readonly part: string;
    readonly location: string;
    readonly key?: Key;
  },
): StorageBucket {
  const { id, part, location, key, ...rest } = bucket;
  const { project } = deployment.config;
  const made = new StorageBucket(scope, id, {
    ...rest,
    project,
    name: deployment.bucketName(part),
    location,
    uniformBucketLevelAccess: true,
    publicAccessPrevention: 'enforced',
    encryption: key && { defaultKmsKeyName: key.name },
    forceDestroy: false,
    dependsOn: [deployment.ready, ...(key ? [key.usable] : [])],
  });
  for (const [role, members] of Object.entries(basicRoles(project)))
    new StorageBucketIamBinding(scope, `${id}-${role}`, {
      bucket: made.name,
      role: `roles/storage.${role}`,
      members: [...members],
    });
  return made;
}

const basicRoles = (project: string): Readonly<Record<string, readonly string[]>> => ({
  legacyBucketOwner: [`projectOwner:${project}`],
  legacyBucketReader: [],
  legacyObjectOwner: [],
  legacyObjectReader: [],
});
