import { CloudRunDomainMapping } from '@cdktf/provider-google/lib/cloud-run-domain-mapping';
import { type CloudRunV2Service } from '@cdktf/provider-google/lib/cloud-run-v2-service';
import { CloudRunV2ServiceIamMember } from '@cdktf/provider-google/lib/cloud-run-v2-service-iam-member';
import { IapWebCloudRunServiceIamMember } from '@cdktf/provider-google/lib/iap-web-cloud-run-service-iam-member';
import { SecretManagerSecretIamMember } from '@cdktf/provider-google/lib/secret-manager-secret-iam-member';
import { type TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { cloudRunService, commonEnv } from './cloud-run.js';
import { type StackConfig } from './config.js';
import { type Deployment } from './deployment.js';
import { type Identities } from './identities.js';
import { secretReader } from './roles.js';
import { type Worker, type WorkerParts } from './worker.js';

export interface PublicServiceParts extends WorkerParts {
  readonly worker: Worker;
  /** Identity-Aware Proxy on Cloud Run is known to the beta provider only. */
  readonly beta?: TerraformProvider;
}

/** Console and API: the only service that people reach. */
export class PublicService extends Construct {
  readonly service: CloudRunV2Service;

  constructor(
    scope: Construct,
    private readonly deployment: Deployment,
    parts: PublicServiceParts,
  ) {
    super(scope, 'public');
    const { config } = deployment;
    const { worker } = parts;
    this.service = cloudRunService(this, deployment, {
      part: 'api',
      account: parts.identities.api,
      size: config.service,
      ingress: 'INGRESS_TRAFFIC_ALL',
      concurrency: 1_000,
      key: parts.encryption.keyOf(config.region),
      provider: parts.beta,
      env: {
        ...commonEnv(deployment, {
          files: parts.files.buckets.map(({ name }) => name),
          records: parts.records.bucket.name,
        }),
        OUTHAUL_SERVICE_NAME: deployment.nameOf('api'),
        OUTHAUL_CONSOLE_DIR: '/app/console',
        ...worker.taskEnv(parts.identities.api),
        OUTHAUL_PUBLIC_URL: deployment.publicUrl,
        // Google's front end is the one proxy before a service on Cloud Run.
        OUTHAUL_TRUSTED_PROXIES: '1',
        ...signInEnv(config.signIn),
      },
      secrets: this.readable(parts.identities),
    });
    this.admit();
    if (config.domain) this.map(config.domain);
  }

  /** Settings whose values lie in Secret Manager, which the service's account may read, and nobody else of ours. */
  private readable(identities: Identities): Record<string, string> {
    const { config } = this.deployment;
    const { browser, command, maskKey } = config.signIn;
    const secrets = {
      ...(browser
        ? {
            OUTHAUL_OIDC_CLIENT_SECRET: browser.clientSecret,
            OUTHAUL_SESSION_SECRETS: browser.sessionSecrets,
          }
        : {}),
      ...(command ? { OUTHAUL_CLI_CLIENT_SECRET: command.clientSecret } : {}),
      ...(maskKey ? { OUTHAUL_MASK_KEY: maskKey } : {}),
    };
    for (const secretId of new Set(Object.values(secrets))) {
      new SecretManagerSecretIamMember(this, `reads-${secretId}`, {
        project: config.project,
        secretId,
        role: identities.role(secretReader),
        member: identities.api.member,
      });
    }
    return secrets;
  }

  /** One way in, as the configuration says: everyone, named members, or who passes the Identity-Aware Proxy. */
  private admit(): void {
    const { access, iap } = this.deployment.config;
    if (iap) return this.admitThroughProxy(iap.members);
    const members = access.openToInternet ? ['allUsers'] : access.invokers;
    for (const member of members) this.mayInvoke(`invoker-${member}`, member);
  }

  private admitThroughProxy(members: readonly string[]): void {
    const { config } = this.deployment;
    this.service.addOverride('iap_enabled', true);
    this.service.addOverride('launch_stage', 'BETA');
    this.mayInvoke('proxy', this.deployment.agent('gcp-sa-iap'));
    for (const member of members) {
      new IapWebCloudRunServiceIamMember(this, `through-proxy-${member}`, {
        project: config.project,
        location: this.service.location,
        cloudRunServiceName: this.service.name,
        role: 'roles/iap.httpsResourceAccessor',
        member,
      });
    }
  }

  private mayInvoke(id: string, member: string): void {
    new CloudRunV2ServiceIamMember(this, id, {
      project: this.deployment.config.project,
      location: this.service.location,
      name: this.service.name,
      role: 'roles/run.invoker',
      member,
    });
  }

  private map(domain: string): void {
    const { config } = this.deployment;
    new CloudRunDomainMapping(this, 'domain', {
      project: config.project,
      location: config.region,
      name: domain,
      metadata: { namespace: config.project },
      spec: { routeName: this.service.name },
    });
  }
}

/** How people sign in, as far as it is no secret. */
const signInEnv = ({ browser, command }: StackConfig['signIn']): Record<string, string> => ({
  ...(browser
    ? {
        OUTHAUL_OIDC_CLIENT_ID: browser.clientId,
        ...(browser.issuer ? { OUTHAUL_OIDC_ISSUER: browser.issuer } : {}),
      }
    : {}),
  ...(command ? { OUTHAUL_CLI_CLIENT_ID: command.clientId } : {}),
});
