import { DataGoogleProject } from '@cdktf/provider-google/lib/data-google-project';
import { ProjectService } from '@cdktf/provider-google/lib/project-service';
import { Construct } from 'constructs';
import { type StackConfig } from './config.js';

const apis = [
  'artifactregistry',
  'bigquery',
  'cloudkms',
  'cloudresourcemanager',
  'cloudscheduler',
  'cloudtasks',
  'iam',
  'iamcredentials',
  'iap',
  'logging',
  'monitoring',
  'run',
  'secretmanager',
  'storage',
  'sts',
] as const;

/** What every other construct needs to know: the configuration, names, and the project's number. */
export class Deployment extends Construct {
  readonly project: DataGoogleProject;
  /** Google's APIs of the project; resources wait for them. */
  readonly apis: readonly ProjectService[];

  constructor(
    scope: Construct,
    readonly config: StackConfig,
  ) {
    super(scope, 'project');
    this.project = new DataGoogleProject(this, 'this', { projectId: config.project });
    this.apis = [...apis, ...(config.traces ? ['telemetry'] : [])].map(
      (api) =>
        new ProjectService(this, api, {
          project: config.project,
          service: `${api}.googleapis.com`,
          // Others may use them: taking the stack away must not take them away.
          disableOnDestroy: false,
        }),
    );
  }

  nameOf(part: string): string {
    return `${this.config.name}-${part}`;
  }

  /** Bucket names are one namespace of the whole world. */
  bucketName(part: string): string {
    return `${this.config.project}-${this.config.name}-${part.toLowerCase()}`;
  }

  /** Cloud Run's address of a service, known before the service is there. */
  runUrl(part: string): string {
    return `https://${this.nameOf(part)}-${this.project.number}.${this.config.region}.run.app`;
  }

  /** Where browsers reach the service. */
  get publicUrl(): string {
    return this.config.domain ? `https://${this.config.domain}` : this.runUrl('api');
  }

  /** The member of one of Google's service agents in this project. */
  agent(domain: string): string {
    return `serviceAccount:service-${this.project.number}@${domain}.iam.gserviceaccount.com`;
  }
}
