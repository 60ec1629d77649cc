import { BigqueryDatasetIamMember } from '@cdktf/provider-google/lib/bigquery-dataset-iam-member';
import { ProjectIamCustomRole } from '@cdktf/provider-google/lib/project-iam-custom-role';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import { ServiceAccountIamMember } from '@cdktf/provider-google/lib/service-account-iam-member';
import { Construct } from 'constructs';
import { type Deployment } from './deployment.js';
import * as roles from './roles.js';

/** The three accounts that code runs as, and the custom roles; nobody holds a role of Google's making. */
export class Identities extends Construct {
  /** The public service: console and API. */
  readonly api: ServiceAccount;
  /** The private worker. */
  readonly worker: ServiceAccount;
  /** Scheduled exports read their tables as this account. */
  readonly schedules: ServiceAccount;
  private readonly roles = new Map<string, ProjectIamCustomRole>();

  constructor(
    scope: Construct,
    private readonly deployment: Deployment,
  ) {
    super(scope, 'identities');
    this.api = this.account('api', 'Outhaul: console and API');
    this.worker = this.account('worker', 'Outhaul: worker');
    this.schedules = this.account('schedules', 'Outhaul: scheduled exports');
    this.grantToServices();
    this.grantToSchedules();
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
      dependsOn: [...this.deployment.apis],
    });
  }

  private grantToServices(): void {
    const { project, traces } = this.deployment.config;
    for (const [name, account] of [
      ['api', this.api],
      ['worker', this.worker],
    ] as const) {
      new ProjectIamMember(this, `${name}-watches-jobs`, {
        project,
        role: this.role(roles.jobWatcher),
        member: account.member,
      });
      new ServiceAccountIamMember(this, `${name}-signs-as-itself`, {
        serviceAccountId: account.name,
        role: this.role(roles.selfSigner),
        member: account.member,
      });
      if (traces)
        new ProjectIamMember(this, `${name}-writes-traces`, {
          project,
          role: this.role(roles.traceWriter),
          member: account.member,
        });
    }
    new ServiceAccountIamMember(this, 'worker-runs-schedules', {
      serviceAccountId: this.schedules.name,
      role: this.role(roles.scheduleRunner),
      member: this.worker.member,
    });
  }

  private grantToSchedules(): void {
    const { config } = this.deployment;
    new ProjectIamMember(this, 'schedules-watch-jobs', {
      project: config.project,
      role: this.role(roles.jobWatcher),
      member: this.schedules.member,
    });
    for (const name of config.schedules.datasets) {
      const [project = '', datasetId = ''] = name.split('.');
      new BigqueryDatasetIamMember(this, `schedules-read-${name.replace('.', '-')}`, {
        project,
        datasetId,
        role: this.role(roles.scheduledReader),
        member: this.schedules.member,
      });
    }
  }
}
