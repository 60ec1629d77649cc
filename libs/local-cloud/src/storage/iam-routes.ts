import { type CloudRequest, type CloudResponse, type Route } from '../http/route.js';
import { type BucketRecord, type IamPolicy } from './object-record.js';
import { parameter, type StorageContext } from './storage-context.js';
import { invalid } from './storage-errors.js';

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
        return { json: policyResource(bucket) };
      },
    },
    {
      service,
      method: 'PUT',
      path,
      operation: 'storage.buckets.setIamPolicy',
      limits: 'Kept and shown; permissions come from the roles of the demo users.',
      handler: async (request) => {
        const policy = parsePolicy(await request.json());
        const before = requireBucket(context, request, 'storage.buckets.setIamPolicy');
        const bucket = { ...before, policy, metageneration: before.metageneration + 1 };
        await context.store.putBucket(bucket);
        return { json: policyResource(bucket) };
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
      handler: () => ({
        json: { kind: 'storage#serviceAccount', email_address: context.serviceAccountEmail },
      }),
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

const policyResource = (bucket: BucketRecord): Record<string, unknown> => ({
  kind: 'storage#policy',
  resourceId: `projects/_/buckets/${bucket.name}`,
  version: bucket.policy?.version ?? 1,
  etag: Buffer.from(`p${bucket.metageneration}`).toString('base64'),
  bindings: bucket.policy?.bindings ?? [],
});

function parsePolicy(resource: Readonly<Record<string, unknown>>): IamPolicy {
  const bindings = resource['bindings'] ?? [];
  if (!Array.isArray(bindings)) throw invalid('Invalid value for: bindings');
  return {
    version: resource['version'] === 3 ? 3 : 1,
    bindings: bindings.map((binding: { role?: unknown; members?: unknown }) => {
      const { role, members } = binding;
      if (typeof role !== 'string' || !Array.isArray(members))
        throw invalid('Invalid value for: bindings');
      return { role, members: members.map(String) };
    }),
  };
}
