import { createHash } from 'node:crypto';
import { CloudError } from '../http/cloud-error.js';
import { type ResourceName } from './caller.js';
import { type Binding, malformed, parseBinding } from './iam-binding.js';

/** The bindings set on single resources, for getIamPolicy, setIamPolicy and the access lists of datasets. */
export interface IamPolicies {
  bindingsOn(resource: ResourceName): readonly Binding[];
  /** Replaces them, durably and at once. */
  setBindings(resource: ResourceName, bindings: readonly Binding[]): Promise<void>;
}

/** A policy as getIamPolicy answers it. */
export function policyResource(policies: IamPolicies, resource: ResourceName) {
  const bindings = policies.bindingsOn(resource);
  return {
    version: bindings.some(({ condition }) => condition) ? 3 : 1,
    etag: etagOf(bindings),
    bindings: bindings.map(({ role, members, condition }) => ({
      role,
      members,
      ...(condition ? { condition } : {}),
    })),
  };
}

/** Does what setIamPolicy asks; `conflict` when the policy was changed since its etag was read. */
export async function replacePolicy(
  policies: IamPolicies,
  resource: ResourceName,
  policy: Readonly<Record<string, unknown>>,
  conflict: () => CloudError = concurrentChange,
): Promise<void> {
  const { bindings = [], etag } = policy;
  if (!Array.isArray(bindings)) throw malformed('bindings must be a list.');
  if (typeof etag === 'string' && etag !== '' && etag !== etagOf(policies.bindingsOn(resource)))
    throw conflict();
  const parsed = bindings.map((binding) => parseBinding(binding, resource));
  for (const { members } of parsed) members.forEach(requireMember);
  await policies.setBindings(
    resource,
    parsed.filter(({ members }) => members.length > 0),
  );
}

const concurrentChange = (): CloudError =>
  new CloudError(
    409,
    'aborted',
    'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
  );

/** Policies that live in memory only. */
export function volatilePolicies(): IamPolicies {
  const policies = new Map<ResourceName, readonly Binding[]>();
  return {
    bindingsOn: (resource) => policies.get(resource) ?? [],
    async setBindings(resource, bindings) {
      policies.set(resource, bindings);
    },
  };
}

function requireMember(member: string): void {
  const isKnown =
    /^(user|serviceAccount|group):[^@\s]+@[^@\s]+$|^project(Owner|Editor|Viewer):\S+$|^domain:\S+$|^all(Authenticated)?Users$/.test(
      member,
    );
  if (!isKnown) throw malformed(`Invalid member ${member.slice(0, 200)}.`);
}

const etagOf = (bindings: readonly Binding[]): string =>
  createHash('sha1').update(JSON.stringify(bindings)).digest('base64').slice(0, 16);
