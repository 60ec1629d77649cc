import { ArtifactRegistryRepositoryIamMember } from '@cdktf/provider-google/lib/artifact-registry-repository-iam-member';
import { type CloudRunV2Service } from '@cdktf/provider-google/lib/cloud-run-v2-service';
import { CloudRunV2ServiceIamMember } from '@cdktf/provider-google/lib/cloud-run-v2-service-iam-member';
import { IamWorkloadIdentityPool } from '@cdktf/provider-google/lib/iam-workload-identity-pool';
import { IamWorkloadIdentityPoolProvider } from '@cdktf/provider-google/lib/iam-workload-identity-pool-provider';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import { ServiceAccountIamMember } from '@cdktf/provider-google/lib/service-account-iam-member';
import { Construct } from 'constructs';
import { type StackConfig } from './config.js';
import { type Deployment } from './deployment.js';
import { type Identities } from './identities.js';
import { type Registry } from './registry.js';
import { releaser } from './roles.js';

/** Lets one branch of one repository, and its tags v…, roll out releases without any key: GitHub's token is exchanged for Google's. */
export class Delivery extends Construct {
  readonly account: ServiceAccount;
  readonly provider: IamWorkloadIdentityPoolProvider;

  constructor(
    scope: Construct,
    deployment: Deployment,
    delivery: NonNullable<StackConfig['delivery']>,
    parts: {
      readonly identities: Identities;
      readonly registry: Registry;
      readonly services: readonly CloudRunV2Service[];
    },
  ) {
    super(scope, 'delivery');
    const { project, region } = deployment.config;
    const pool = new IamWorkloadIdentityPool(this, 'pool', {
      project,
      workloadIdentityPoolId: deployment.nameOf('github'),
      displayName: 'GitHub Actions',
      dependsOn: [deployment.ready],
    });
    this.provider = new IamWorkloadIdentityPoolProvider(this, 'provider', {
      project,
      workloadIdentityPoolId: pool.workloadIdentityPoolId,
      workloadIdentityPoolProviderId: 'github',
      oidc: { issuerUri: 'https://token.actions.githubusercontent.com' },
      attributeMapping: {
        'google.subject': 'assertion.sub',
        'attribute.repository_id': 'assertion.repository_id',
        'attribute.ref': 'assertion.ref',
      },
      // By its number: a name that was given up can be registered by someone else.
      // https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines#conditions
      attributeCondition: `assertion.repository_id == "${delivery.repositoryId}" && (assertion.ref == "refs/heads/${delivery.branch}" || assertion.ref.startsWith("refs/tags/v"))`,
    });
    this.account = new ServiceAccount(this, 'account', {
      project,
      accountId: deployment.nameOf('delivery'),
      displayName: 'Outhaul: delivery',
      dependsOn: [deployment.ready],
    });
    new ServiceAccountIamMember(this, 'pipeline-acts-as-delivery', {
      serviceAccountId: this.account.name,
      role: 'roles/iam.workloadIdentityUser',
      member: `principalSet://iam.googleapis.com/${pool.name}/attribute.repository_id/${delivery.repositoryId}`,
    });
    new ArtifactRegistryRepositoryIamMember(this, 'pushes-images', {
      project,
      location: parts.registry.repository.location,
      repository: parts.registry.repository.name,
      role: 'roles/artifactregistry.writer',
      member: this.account.member,
    });
    parts.services.forEach((service, index) => {
      new CloudRunV2ServiceIamMember(this, `rolls-out-${index}`, {
        project,
        location: region,
        name: service.name,
        role: parts.identities.role(releaser),
        member: this.account.member,
      });
    });
    for (const [name, account] of [
      ['api', parts.identities.api],
      ['worker', parts.identities.worker],
    ] as const) {
      new ServiceAccountIamMember(this, `deploys-as-${name}`, {
        serviceAccountId: account.name,
        role: 'roles/iam.serviceAccountUser',
        member: this.account.member,
      });
    }
  }
}
