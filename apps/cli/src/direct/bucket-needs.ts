import { AppError, memberOf, type Warehouse } from '@outhaul/core';

/** What direct mode does in the bucket, and the role that allows it. */
const roleFor: Readonly<Record<string, string>> = {
  'storage.buckets.get': 'roles/storage.legacyBucketReader',
  'storage.objects.list': 'roles/storage.objectUser',
  'storage.objects.get': 'roles/storage.objectUser',
  'storage.objects.create': 'roles/storage.objectUser',
  'storage.objects.delete': 'roles/storage.objectUser',
};

/** The permissions that somebody lacks in their bucket, as the refusal that names them all; undefined when none. */
export async function bucketNeeds(
  warehouse: Warehouse,
  bucket: string,
  email: string,
): Promise<AppError | undefined> {
  const needed = Object.keys(roleFor);
  const held = await warehouse.testBucketPermissions(bucket, needed);
  const missing = needed.filter((permission) => !held.includes(permission));
  const [permission] = missing;
  if (permission === undefined) return undefined;
  const roles = new Set(missing.map((each) => roleFor[each]));
  const resource = `gs://${bucket}`;
  return new AppError('permission-denied', `You lack ${missing.join(', ')} on ${resource}.`, {
    permission,
    resource,
    fix: [...roles]
      .map(
        (role) =>
          `gcloud storage buckets add-iam-policy-binding '${resource}' --member='${memberOf(email)}' --role='${role}'`,
      )
      .join('\n'),
  });
}
