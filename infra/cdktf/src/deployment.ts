import { DataGoogleProject } from '@cdktf/provider-google/lib/data-google-project';
import { ProjectService } from '@cdktf/provider-google/lib/project-service';
import { type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { type StackConfig } from './config.js';
import { bucketNameOf } from './names.js';
import { Pause } from './pause.js';
import { type Providers } from './providers.js';
import { ServiceIdentity } from './service-agent.js';

/** Google's APIs that every deployment uses. */
const always = [
  'artifactregistry',
  'bigquery',
  'cloudresourcemanager',
  'cloudscheduler',
  'cloudtasks',
  'iam',
  'iamcredentials',
  'logging',
  'monitoring',
  'run',
  'secretmanager',
  'serviceusage',
  'storage',
  'sts',
] as const;

/** What every other construct needs to know: the configuration, names, and the project's number. */
export class Deployment extends Construct {
  readonly project: DataGoogleProject;
  /** Google's APIs are enabled and have had time to take effect; everything waits for it. */
  readonly ready: ITerraformDependable;
  private readonly agents = new Map<string, ServiceIdentity>();

  constructor(
    scope: Construct,
    readonly config: StackConfig,
    readonly providers: Providers,
  ) {
    super(scope, 'project');
    const apis = apisOf(config).map(
      (api) =>
        new ProjectService(this, api, {
          project: config.project,
          service: `${api}.googleapis.com`,
          // Others may use them: taking the stack away must not take them away.
          disableOnDestroy: false,
        }),
    );
    this.ready = new Pause(this, 'apis-enabled', providers, { seconds: 60, after: apis });
    this.project = new DataGoogleProject(this, 'this', { projectId: config.project });
  }

  nameOf(part: string): string {
    return `${this.config.name}-${part}`;
  }

  /** Bucket names are one namespace of the whole world. */
  bucketName(part: string): string {
    return bucketNameOf(this.config, part);
  }

  /** Cloud Run's address of a service, known before the service is there. */
  runUrl(part: string): string {
    return `https://${this.nameOf(part)}-${this.project.number}.${this.config.region}.run.app`;
  }

  /** Where browsers reach the service. */
  get publicUrl(): string {
    return this.config.domain ? `https://${this.config.domain}` : this.runUrl('api');
  }

  /** Google's service agent of an API in this project, created before it is granted anything. */
  agentOf(api: 'artifactregistry' | 'iap' | 'run'): ServiceIdentity {
    const agent = this.agents.get(api) ?? new ServiceIdentity(this, this, api);
    this.agents.set(api, agent);
    return agent;
  }
}

/** The APIs that a configuration uses, and no other. */
export const apisOf = (config: StackConfig): readonly string[] => [
  ...always,
  ...(config.encryption || config.signing ? ['cloudkms'] : []),
  ...(config.door.kind === 'iap' ? ['iap'] : []),
  // Budgets belong to the billing account; the calls are counted to this project.
  ...(config.budget ? ['billingbudgets', 'cloudbilling'] : []),
  // Spans are sent to the one and kept by the other.
  ...(config.traces ? ['telemetry', 'cloudtrace'] : []),
  ...(config.network ? ['compute'] : []),
];
