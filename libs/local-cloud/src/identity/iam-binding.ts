import { CloudError } from '../http/cloud-error.js';
import { type ResourceName } from './caller.js';
import { compileCondition, type IamCondition } from './iam-condition.js';
import { isKnownRole } from './roles.js';

/**
 * A role given to members on a resource and everything below it. Members are written as IAM writes them
 * (`user:ada@example.com`, `serviceAccount:…`, `domain:…`, `allAuthenticatedUsers`, `allUsers`) or as a bare address.
 */
export interface Binding {
  readonly role: string;
  readonly members: readonly string[];
  /** `*` at its end matches any rest. */
  readonly resource: ResourceName;
  readonly condition?: IamCondition;
}

/** Permissions taken away, whatever the bindings say (IAM's deny policies). */
export interface Denial {
  readonly permissions: readonly string[];
  readonly members: readonly string[];
  readonly resource: ResourceName;
}

/** Whether a list of IAM members holds this address. */
export function includesMember(members: readonly string[], email: string): boolean {
  const address = email.toLowerCase();
  return members.some((member) => {
    if (member === 'allUsers') return true;
    if (member === 'allAuthenticatedUsers') return email !== 'anonymous';
    const [, kind, who = member] = /^(user|serviceAccount|domain|group):(.+)$/.exec(member) ?? [];
    if (kind === 'domain') return address.endsWith(`@${who.toLowerCase()}`);
    return kind !== 'group' && who.toLowerCase() === address;
  });
}

/** `projects/P` covers everything of the project, `buckets/B/objects/a/*` the objects whose names begin with `a/`. */
export function covers(pattern: ResourceName, resource: ResourceName): boolean {
  if (pattern.endsWith('*')) return resource.startsWith(pattern.slice(0, -1));
  return resource === pattern || resource.startsWith(`${pattern}/`);
}

/** Reads a binding of a policy document or of setIamPolicy; 400 for another shape, 501 for a condition that is not known. */
export function parseBinding(value: unknown, resource?: ResourceName): Binding {
  const fields = (value ?? {}) as Record<string, unknown>;
  const { role, members, condition } = fields;
  if (typeof role !== 'string' || !isKnownRole(role))
    throw malformed(`Role ${String(role).slice(0, 100)} is not supported for this resource.`);
  return {
    role,
    members: parseTexts(members, 'members'),
    resource: resource ?? parseText(fields['resource'], 'resource'),
    ...(condition === undefined || condition === null
      ? {}
      : { condition: parseCondition(condition) }),
  };
}

function parseCondition(value: unknown): IamCondition {
  const { title, description, expression } = (value ?? {}) as Record<string, unknown>;
  const text = parseText(expression, 'condition.expression');
  compileCondition(text);
  return {
    ...(title === undefined ? {} : { title: parseText(title, 'condition.title') }),
    ...(description === undefined
      ? {}
      : { description: parseText(description, 'condition.description') }),
    expression: text,
  };
}

export function parseTexts(value: unknown, what: string): string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw malformed(`${what} must be a list of texts.`);
  return value;
}

export function parseText(value: unknown, what: string): string {
  if (typeof value !== 'string' || value === '') throw malformed(`${what} must be a text.`);
  return value;
}

export const malformed = (what: string): CloudError =>
  new CloudError(400, 'invalid', `The policy is malformed: ${what}`);
