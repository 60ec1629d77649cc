import { type CloudRequest, type CloudResponse, type Route } from '../http/route.js';
import { policyResource, replacePolicy } from '../identity/iam-policies.js';
import { type BucketRecord } from './object-record.js';
import { parameter, type StorageContext } from './storage-context.js';
import { invalid, preconditionFailed } from './storage-errors.js';

/** Who may do what on buckets, and the service account of a project. */
export function bucketIamRoutes(context: StorageContext): Route[] {
  const service = 'storage' as const;
  const path = '/storage/v1/b/:bucket/iam';
  return [
    {
      service,
      method: 'GET',
      path,
      operation: 'storage.buckets.getIamPolicy',
      handler: (request) => {
        const bucket = requireBucket(context, request, 'storage.buckets.getIamPolicy');
        return { json: bucketPolicy(context, bucket.name) };
      },
    },
    {
      service,
      method: 'PUT',
      path,
      operation: 'storage.buckets.setIamPolicy',
      handler: async (request) => {
        const { name } = requireBucket(context, request, 'storage.buckets.setIamPolicy');
        const policy = await request.json();
        await replacePolicy(context.policies, `buckets/${name}`, policy, preconditionFailed);
        return { json: bucketPolicy(context, name) };
      },
    },
    {
      service,
      method: 'GET',
      path: `${path}/testPermissions`,
      operation: 'storage.buckets.testIamPermissions',
      handler: (request) => testPermissions(context, request),
    },
    {
      service,
      method: 'GET',
      path: '/storage/v1/projects/:project/serviceAccount',
      operation: 'storage.projects.serviceAccount.get',
      handler: ({ caller, params }) => {
        caller.require('resourcemanager.projects.get', `projects/${params['project']}`);
        return {
          json: { kind: 'storage#serviceAccount', email_address: context.serviceAccountEmail },
        };
      },
    },
  ];
}

function requireBucket(
  { store }: StorageContext,
  request: CloudRequest,
  permission: string,
): BucketRecord {
  const { record } = store.bucketState(parameter(request, 'bucket'));
  request.caller.require(permission, `buckets/${record.name}`);
  return record;
}

function testPermissions({ store }: StorageContext, request: CloudRequest): CloudResponse {
  const { record } = store.bucketState(parameter(request, 'bucket'));
  const permissions = request.query.getAll('permissions');
  for (const permission of permissions)
    if (!/^storage\.[A-Za-z.]+$/.test(permission))
      throw invalid(`Invalid permission: ${permission.slice(0, 80)}`);
  const held = permissions.filter((permission) =>
    request.caller.can(permission, `buckets/${record.name}`),
  );
  return {
    json: {
      kind: 'storage#testIamPermissionsResponse',
      ...(held.length > 0 ? { permissions: held } : {}),
    },
  };
}

const bucketPolicy = ({ policies }: StorageContext, bucket: string): Record<string, unknown> => ({
  kind: 'storage#policy',
  resourceId: `projects/_/buckets/${bucket}`,
  ...policyResource(policies, `buckets/${bucket}`),
});
