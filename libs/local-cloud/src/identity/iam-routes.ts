import { type CloudRequest, type CloudResponse, type Route } from '../http/route.js';
import { type IamPolicies, policyResource, replacePolicy } from './iam-policies.js';

/** What is asked of a resource's policy: its name, and the permissions to read and to set it. */
export interface PolicyTarget {
  readonly service: Route['service'];
  /** Path before the verb. */
  readonly path: string;
  readonly operation: string;
  readonly getPermission: string;
  readonly setPermission: string;
  resourceOf(request: CloudRequest): string;
  /** Nobody holds a permission on what is not there; undefined = it always is. */
  isThere?(request: CloudRequest): boolean;
}

/** `:getIamPolicy`, `:setIamPolicy` and `:testIamPermissions` of one kind of resource. */
export function iamRoutes(policies: IamPolicies, target: PolicyTarget): Route[] {
  const route = (
    verb: string,
    handler: (request: CloudRequest, resource: string) => Promise<CloudResponse>,
  ): Route => ({
    service: target.service,
    method: 'POST',
    path: `${target.path}:${verb}`,
    operation: `${target.operation}.${verb}`,
    handler: (request) => handler(request, target.resourceOf(request)),
  });
  return [
    route('getIamPolicy', async ({ caller }, resource) => {
      caller.require(target.getPermission, resource);
      return { json: policyResource(policies, resource) };
    }),
    route('setIamPolicy', async (request, resource) => {
      request.caller.require(target.setPermission, resource);
      const { policy = {} } = await request.json<{ policy?: Record<string, unknown> }>();
      await replacePolicy(policies, resource, policy);
      return { json: policyResource(policies, resource) };
    }),
    route('testIamPermissions', async (request, resource) => {
      const { permissions } = await request.json();
      const asked = Array.isArray(permissions) ? permissions.map(String) : [];
      const isThere = target.isThere?.(request) ?? true;
      const held = asked.filter(
        (permission) => isThere && request.caller.can(permission, resource),
      );
      return { json: held.length > 0 ? { permissions: held } : {} };
    }),
  ];
}
