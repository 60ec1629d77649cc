import { type ITerraformDependable, TerraformResource } from 'cdktf';
import { type Construct } from 'constructs';
import { type Deployment } from './deployment.js';

/** One of Google's service agents: who they are for IAM, and what a grant to them has to wait for. */
export interface ServiceAgent {
  readonly member: string;
  readonly exists: ITerraformDependable;
}

/**
 * Creates a service agent of this project. Enabling an API does not create the agent of every service, and IAM refuses a
 * member that does not exist: https://cloud.google.com/iam/docs/create-service-agents
 */
export class ServiceIdentity extends TerraformResource implements ServiceAgent {
  constructor(
    scope: Construct,
    private readonly deployment: Deployment,
    private readonly api: string,
  ) {
    super(scope, `agent-${api}`, {
      terraformResourceType: 'google_project_service_identity',
      terraformGeneratorMetadata: { providerName: 'google-beta' },
      provider: deployment.providers.beta,
      dependsOn: [deployment.ready],
    });
  }

  get exists(): ITerraformDependable {
    return this;
  }

  get member(): string {
    return this.getStringAttribute('member');
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { project: this.deployment.config.project, service: `${this.api}.googleapis.com` };
  }
}
