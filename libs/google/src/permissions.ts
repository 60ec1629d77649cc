import { isAppError } from '@outhaul/core';
import { type GoogleAuth } from 'google-auth-library';
import { authorizedFetch } from './authorized-fetch.js';
import { type GoogleEndpoints } from './google-warehouse.js';

/**
 * Which of these permissions the identity holds on a project (Resource Manager). That API takes tokens of the scope
 * cloud-platform only. With one that may use BigQuery and Storage alone it is not known, and all count as held: Google
 * says so when the job is started.
 * https://cloud.google.com/resource-manager/reference/rest/v1/projects/testIamPermissions
 */
export async function testProjectPermissions(
  auth: GoogleAuth,
  endpoints: GoogleEndpoints,
  project: string,
  permissions: readonly string[],
): Promise<readonly string[]> {
  const base = endpoints.bigquery ?? 'https://cloudresourcemanager.googleapis.com';
  const asking = authorizedFetch(
    auth,
    `${base}/v1/projects/${encodeURIComponent(project)}:testIamPermissions`,
    {
      method: 'POST',
      body: JSON.stringify({ permissions }),
      headers: { 'Content-Type': 'application/json' },
    },
    { missing: 'permission-denied', resource: `projects/${project}` },
  );
  const response = await asking.catch((error: unknown) => {
    if (!isOutOfScope(error)) throw error;
  });
  if (!response) return permissions;
  return ((await response.json()) as { permissions?: string[] }).permissions ?? [];
}

const isOutOfScope = (error: unknown): boolean =>
  isAppError(error, 'permission-denied') &&
  error.message.includes('insufficient authentication scopes');

/** Which of these permissions the identity holds on a bucket. */
export async function testBucketPermissions(
  auth: GoogleAuth,
  endpoints: GoogleEndpoints,
  bucket: string,
  permissions: readonly string[],
): Promise<readonly string[]> {
  const base = endpoints.storage ?? 'https://storage.googleapis.com';
  const query = permissions
    .map((permission) => `permissions=${encodeURIComponent(permission)}`)
    .join('&');
  const response = await authorizedFetch(
    auth,
    `${base}/storage/v1/b/${encodeURIComponent(bucket)}/iam/testPermissions?${query}`,
    {},
    { missing: 'bucket-not-found', resource: bucket },
  );
  return ((await response.json()) as { permissions?: string[] }).permissions ?? [];
}
