import { readFile, rename, writeFile } from 'node:fs/promises';
import { type Clock } from '../clock.js';
import { type ResourceName } from './caller.js';
import { demoPolicy } from './demo-policy.js';
import {
  type Binding,
  covers,
  type Denial,
  includesMember,
  malformed,
  parseBinding,
  parseText,
  parseTexts,
} from './iam-binding.js';
import { type AccessQuestion, compileCondition, type IamCondition } from './iam-condition.js';
import { type IamPolicies } from './iam-policies.js';
import { isPersonalTo } from './personal-dataset.js';
import { roleHolds } from './roles.js';

export interface PolicyDocument {
  readonly bindings: readonly Binding[];
  readonly denials: readonly Denial[];
}

/** Who holds which permission where, when permissions are enforced. A change counts from the next question on. */
export class AccessPolicy implements IamPolicies {
  #writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly path: string,
    private readonly projectId: string,
    private readonly clock: Clock,
    private current: PolicyDocument,
  ) {}

  /** Reads the policy that was set earlier, or takes the one of the demo users. */
  static async open(path: string, projectId: string, clock: Clock): Promise<AccessPolicy> {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    const document =
      text === undefined ? demoPolicy(projectId) : (JSON.parse(text) as PolicyDocument);
    return new AccessPolicy(path, projectId, clock, document);
  }

  get document(): PolicyDocument {
    return this.current;
  }

  /** Replaces the policy, durably; 400 for a document of another shape or an unknown role. */
  async replace(document: unknown): Promise<void> {
    await this.#change(() => parsePolicyDocument(document));
  }

  bindingsOn(resource: ResourceName): readonly Binding[] {
    return this.current.bindings.filter((binding) => binding.resource === resource);
  }

  async setBindings(resource: ResourceName, bindings: readonly Binding[]): Promise<void> {
    await this.#change(({ bindings: before, denials }) => ({
      bindings: [...before.filter((binding) => binding.resource !== resource), ...bindings],
      denials,
    }));
  }

  /** Whether `email` holds `permission` on the resource itself or on one of its ancestors. */
  allows(email: string, permission: string, resource: ResourceName): boolean {
    const question = { permission, resource, nowMs: this.clock.nowMs() };
    const { bindings, denials } = this.current;
    const isPersonal = isPersonalTo(email, resource);
    if (isPersonal !== undefined) return isPersonal;
    return (
      !denials.some((denial) => isDenied(denial, email, question)) &&
      bindings.some((binding) => this.#isGranted(binding, email, question))
    );
  }

  #isGranted(binding: Binding, email: string, question: AccessQuestion): boolean {
    return (
      roleHolds(binding.role, question.permission) &&
      this.#lineOf(question.resource).some((resource) => covers(binding.resource, resource)) &&
      this.#isMember(binding.members, email) &&
      (!binding.condition || conditionOf(binding.condition)(question))
    );
  }

  /** Buckets and service accounts inherit from the project, though their names do not begin with it. */
  #lineOf(resource: ResourceName): ResourceName[] {
    return /^(buckets|serviceAccounts)\//.test(resource)
      ? [resource, `projects/${this.projectId}/${resource}`]
      : [resource];
  }

  /** Also `projectOwner:P` and the like: whoever holds that basic role in the project. */
  #isMember(members: readonly string[], email: string): boolean {
    if (includesMember(members, email)) return true;
    return members.some((member) => {
      const [, role, project] = /^project(Owner|Editor|Viewer):(.+)$/.exec(member) ?? [];
      return (
        role !== undefined &&
        this.bindingsOn(`projects/${project}`).some(
          (binding) =>
            binding.role === `roles/${role.toLowerCase()}` &&
            includesMember(binding.members, email),
        )
      );
    });
  }

  async #change(change: (before: PolicyDocument) => PolicyDocument): Promise<void> {
    const write = async (): Promise<void> => {
      const policy = change(this.current);
      const fresh = `${this.path}.new`;
      await writeFile(fresh, JSON.stringify(policy, null, 2), { mode: 0o600 });
      await rename(fresh, this.path);
      this.current = policy;
    };
    this.#writing = this.#writing.then(write, write);
    await this.#writing;
  }
}

/** Compiled once per condition. */
const compiled = new WeakMap<IamCondition, (question: AccessQuestion) => boolean>();

function conditionOf(condition: IamCondition): (question: AccessQuestion) => boolean {
  const known = compiled.get(condition);
  if (known) return known;
  const fresh = compileCondition(condition.expression);
  compiled.set(condition, fresh);
  return fresh;
}

const isDenied = (
  denial: Denial,
  email: string,
  { permission, resource }: AccessQuestion,
): boolean =>
  includesMember(denial.members, email) &&
  covers(denial.resource, resource) &&
  (denial.permissions.includes('*') || denial.permissions.includes(permission));

function parsePolicyDocument(document: unknown): PolicyDocument {
  const { bindings, denials = [] } = (document ?? {}) as Record<string, unknown>;
  if (!Array.isArray(bindings) || !Array.isArray(denials))
    throw malformed('bindings and denials must be lists.');
  return {
    bindings: bindings.map((binding) => withPrefixCondition(parseBinding(binding))),
    denials: denials.map((denial: Record<string, unknown>) => ({
      permissions: parseTexts(denial['permissions'], 'permissions'),
      members: parseTexts(denial['members'], 'members'),
      resource: parseText(denial['resource'], 'resource'),
    })),
  };
}

/** `buckets/B/objects/PREFIX*` is short for a condition on the bucket's binding. */
function withPrefixCondition(binding: Binding): Binding {
  const [, bucket, prefix] = /^buckets\/([^/]+)\/objects\/(.*)\*$/s.exec(binding.resource) ?? [];
  if (bucket === undefined || binding.condition) return binding;
  return {
    ...binding,
    resource: `buckets/${bucket}`,
    condition: {
      title: `objects below ${prefix}`,
      expression: `resource.name.startsWith(${JSON.stringify(`projects/_/buckets/${bucket}/objects/${prefix}`)}) || api.getAttribute("storage.googleapis.com/objectListPrefix", "").startsWith(${JSON.stringify(prefix)})`,
    },
  };
}
