import { readFile, rename, writeFile } from 'node:fs/promises';
import { CloudError } from '../http/cloud-error.js';
import { type ResourceName } from './caller.js';
import { serviceAccountEmailOf } from './demo-users.js';
import { rolePermissions } from './roles.js';

/** A role given to people on a resource and everything below it; `*` at the end of the resource matches any rest. */
export interface Binding {
  readonly role: string;
  readonly members: readonly string[];
  readonly resource: ResourceName;
}

/** Permissions taken away, whatever the bindings say (IAM's deny policies). */
export interface Denial {
  readonly permissions: readonly string[];
  readonly members: readonly string[];
  readonly resource: ResourceName;
}

export interface PolicyDocument {
  readonly bindings: readonly Binding[];
  readonly denials: readonly Denial[];
}

/** Who holds which permission where, when permissions are enforced. */
export class AccessPolicy {
  private constructor(
    private readonly path: string,
    private current: PolicyDocument,
  ) {}

  /** Reads the policy that was set earlier, or takes the default one. */
  static async open(path: string, projectId: string): Promise<AccessPolicy> {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    return new AccessPolicy(
      path,
      text === undefined ? defaultPolicy(projectId) : (JSON.parse(text) as PolicyDocument),
    );
  }

  get document(): PolicyDocument {
    return this.current;
  }

  /** Replaces the policy, durably; 400 for a document of another shape or an unknown role. */
  async replace(document: unknown): Promise<void> {
    const policy = parsePolicyDocument(document);
    const fresh = `${this.path}.new`;
    await writeFile(fresh, JSON.stringify(policy, null, 2), { mode: 0o600 });
    await rename(fresh, this.path);
    this.current = policy;
  }

  /** Whether `email` holds `permission` on the resource itself or on one of its ancestors. */
  allows(email: string, permission: string, resource: ResourceName): boolean {
    if (email === 'anonymous') return false;
    const { bindings, denials } = this.current;
    const isDenied = denials.some(
      (denial) =>
        denial.members.includes(email) &&
        covers(denial.resource, resource) &&
        holds(denial.permissions, permission),
    );
    return (
      !isDenied &&
      bindings.some(
        (binding) =>
          binding.members.includes(email) &&
          covers(binding.resource, resource) &&
          holds(rolePermissions[binding.role] ?? [], permission),
      )
    );
  }
}

/** What the demo users hold at first: a viewer reads, an exporter exports too, an admin may do everything. */
export function defaultPolicy(projectId: string): PolicyDocument {
  const project = `projects/${projectId}`;
  const service = serviceAccountEmailOf(projectId);
  const viewer = 'viewer@outhaul.test';
  const exporter = 'exporter@outhaul.test';
  const files = 'buckets/outhaul-local-files';
  return {
    bindings: [
      { role: 'outhaul.dataViewer', members: [viewer], resource: project },
      { role: 'outhaul.dataExporter', members: [exporter, service], resource: project },
      { role: 'outhaul.jobUser', members: [exporter, service], resource: project },
      { role: 'outhaul.filesViewer', members: [viewer], resource: files },
      { role: 'outhaul.filesExporter', members: [exporter], resource: files },
      { role: 'outhaul.service', members: [service], resource: files },
      { role: 'outhaul.service', members: [service], resource: 'buckets/outhaul-local-records' },
      {
        role: 'iam.serviceAccountTokenCreator',
        members: [service],
        resource: `serviceAccounts/${service}`,
      },
      { role: 'cloudtasks.enqueuer', members: [service], resource: project },
      { role: 'owner', members: ['admin@outhaul.test'], resource: '*' },
    ],
    denials: [
      {
        permissions: [
          'bigquery.datasets.get',
          'bigquery.tables.list',
          'bigquery.tables.get',
          'bigquery.tables.getData',
          'bigquery.tables.export',
        ],
        members: [viewer, exporter],
        resource: `${project}/datasets/restricted`,
      },
    ],
  };
}

/** `projects/P` covers everything of the project, `buckets/B/objects/a/*` the objects whose names begin with `a/`. */
function covers(pattern: ResourceName, resource: ResourceName): boolean {
  if (pattern.endsWith('*')) return resource.startsWith(pattern.slice(0, -1));
  return resource === pattern || resource.startsWith(`${pattern}/`);
}

const holds = (permissions: readonly string[], permission: string): boolean =>
  permissions.includes('*') || permissions.includes(permission);

function parsePolicyDocument(document: unknown): PolicyDocument {
  const { bindings, denials = [] } = (document ?? {}) as Record<string, unknown>;
  if (!Array.isArray(bindings) || !Array.isArray(denials)) throw malformed('bindings or denials');
  return {
    bindings: bindings.map((binding: Record<string, unknown>) => {
      const role = String(binding['role']);
      if (!Object.hasOwn(rolePermissions, role)) throw malformed(`role ${role}`);
      return {
        role,
        members: textsOf(binding['members'], 'members'),
        resource: textOf(binding['resource']),
      };
    }),
    denials: denials.map((denial: Record<string, unknown>) => ({
      permissions: textsOf(denial['permissions'], 'permissions'),
      members: textsOf(denial['members'], 'members'),
      resource: textOf(denial['resource']),
    })),
  };
}

function textsOf(value: unknown, what: string): string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw malformed(what);
  return value;
}

function textOf(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw malformed('resource');
  return value;
}

const malformed = (what: string): CloudError =>
  new CloudError(400, 'invalid', `The policy is malformed: ${what}.`);
