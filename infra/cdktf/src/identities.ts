import { ProjectIamCustomRole } from '@cdktf/provider-google/lib/project-iam-custom-role';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import { ServiceAccountIamMember } from '@cdktf/provider-google/lib/service-account-iam-member';
import { type ITerraformDependable, type TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { type Deployment } from './deployment.js';
import { Pause } from './pause.js';
import * as roles from './roles.js';

/** The two accounts that code runs as, and the custom roles; no one holds a role of Google's making. */
export class Identities extends Construct {
  /** The public service: console and API. */
  readonly api: ServiceAccount;
  /** The private worker. */
  readonly worker: ServiceAccount;
  private readonly grants = {
    api: [] as TerraformResource[],
    worker: [] as TerraformResource[],
  };
  private readonly roles = new Map<string, ProjectIamCustomRole>();

  constructor(
    scope: Construct,
    private readonly deployment: Deployment,
  ) {
    super(scope, 'identities');
    this.api = this.account('api', 'Outhaul: console and API');
    this.worker = this.account('worker', 'Outhaul: worker');
    this.grantToServices();
  }

  /** Notes a grant that a service needs for its work. */
  granted(service: 'api' | 'worker', grant: TerraformResource): void {
    this.grants[service].push(grant);
  }

  /** What a service waits for: all of its grants up to now, and the time that IAM takes to act on them. */
  settled(service: 'api' | 'worker'): ITerraformDependable {
    return new Pause(this, `${service}-may`, this.deployment.providers, {
      seconds: 90,
      after: this.grants[service],
    });
  }

  /** Name of a custom role, which is made when it is first asked for. */
  role(role: roles.CustomRole): string {
    const { config } = this.deployment;
    let made = this.roles.get(role.id);
    if (!made) {
      made = new ProjectIamCustomRole(this, `role-${role.id}`, {
        project: config.project,
        roleId: `${config.name.replaceAll('-', '_')}${role.id}`,
        title: role.title,
        description: role.permissions
          .map(({ permission }) => permission)
          .join(', ')
          .slice(0, 256),
        permissions: role.permissions.map(({ permission }) => permission),
        stage: 'GA',
        dependsOn: [this.deployment.ready],
      });
      this.roles.set(role.id, made);
    }
    return made.name;
  }

  private account(part: string, displayName: string): ServiceAccount {
    return new ServiceAccount(this, part, {
      project: this.deployment.config.project,
      accountId: this.deployment.nameOf(part),
      displayName,
      dependsOn: [this.deployment.ready],
    });
  }

  private grantToServices(): void {
    const { project, traces } = this.deployment.config;
    for (const [name, account] of [
      ['api', this.api],
      ['worker', this.worker],
    ] as const) {
      const give = (id: string, role: roles.CustomRole) =>
        this.granted(
          name,
          new ProjectIamMember(this, `${name}-${id}`, {
            project,
            role: this.role(role),
            member: account.member,
          }),
        );
      give('watches-jobs', roles.jobWatcher);
      if (traces) give('writes-traces', roles.traceWriter);
      this.granted(
        name,
        new ServiceAccountIamMember(this, `${name}-signs-as-itself`, {
          serviceAccountId: account.name,
          role: this.role(roles.selfSigner),
          member: account.member,
        }),
      );
    }
  }
}
