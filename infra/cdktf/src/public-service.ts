import { CloudRunDomainMapping } from '@cdktf/provider-google/lib/cloud-run-domain-mapping';
import { type CloudRunV2Service } from '@cdktf/provider-google/lib/cloud-run-v2-service';
import { CloudRunV2ServiceIamMember } from '@cdktf/provider-google/lib/cloud-run-v2-service-iam-member';
import { IapSettings } from '@cdktf/provider-google/lib/iap-settings';
import { IapWebCloudRunServiceIamMember } from '@cdktf/provider-google/lib/iap-web-cloud-run-service-iam-member';
import { SecretManagerSecretIamMember } from '@cdktf/provider-google/lib/secret-manager-secret-iam-member';
import { Construct } from 'constructs';
import { cloudRunService, commonEnv } from './cloud-run.js';
import { type StackConfig } from './config.js';
import { type Deployment } from './deployment.js';
import { type Identities } from './identities.js';
import { secretReader } from './roles.js';
import { bucketNames, type Worker, type WorkerParts } from './worker.js';

export interface PublicServiceParts extends WorkerParts {
  readonly worker: Worker;
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
    const secrets = this.readable(parts.identities);
    this.service = cloudRunService(this, deployment, {
      part: 'api',
      account: parts.identities.api,
      size: config.service,
      ingress: 'INGRESS_TRAFFIC_ALL',
      concurrency: 1_000,
      key: parts.encryption.keyOf(config.region, 'run'),
      // The Identity-Aware Proxy on Cloud Run is known to the beta provider only.
      provider: config.door.kind === 'iap' ? deployment.providers.beta : undefined,
      isOpen: config.door.kind === 'sign-in',
      audiences: tokenAudiences(config),
      waitsFor: parts.identities.settled('api'),
      env: {
        ...commonEnv(deployment, bucketNames(parts)),
        ...parts.signing?.env,
        OUTHAUL_SERVICE_NAME: deployment.nameOf('api'),
        OUTHAUL_CONSOLE_DIR: '/app/console',
        ...worker.taskEnv(parts.identities.api),
        OUTHAUL_PUBLIC_URL: deployment.publicUrl,
        // Google's front end is the one proxy before a service on Cloud Run.
        OUTHAUL_TRUSTED_PROXIES: '1',
        ...signInEnv(config.signIn),
      },
      secrets,
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
      const grant = new SecretManagerSecretIamMember(this, `reads-${secretId}`, {
        project: config.project,
        secretId,
        role: identities.role(secretReader),
        member: identities.api.member,
      });
      identities.granted('api', grant);
    }
    return secrets;
  }

  /** Who gets through Cloud Run's own check; with the door “sign-in” there is none. */
  private admit(): void {
    const { door } = this.deployment.config;
    if (door.kind === 'iap') this.admitThroughProxy(door.members);
    if (door.kind === 'machines')
      for (const member of door.invokers) this.mayInvoke(`invoker-${member}`, member);
  }

  private admitThroughProxy(members: readonly string[]): void {
    const { config, project } = this.deployment;
    this.service.addOverride('iap_enabled', true);
    this.service.addOverride('launch_stage', 'BETA');
    this.mayInvoke('proxy', this.deployment.agentOf('iap').member);
    for (const member of members) {
      new IapWebCloudRunServiceIamMember(this, `through-proxy-${member}`, {
        project: config.project,
        location: this.service.location,
        cloudRunServiceName: this.service.name,
        role: 'roles/iap.httpsResourceAccessor',
        member,
      });
    }
    const { command } = config.signIn;
    if (command)
      // The command's own ID tokens: https://cloud.google.com/iap/docs/programmatic-oauth-clients
      new IapSettings(this, 'command-through-proxy', {
        name: `projects/${project.number}/iap_web/cloud_run-${config.region}/services/${this.service.name}`,
        accessSettings: { oauthSettings: { programmaticClients: [command.clientId] } },
      });
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

/** Cloud Run takes the ID tokens of `outhaul login` when it knows their audience, the command's client. */
const tokenAudiences = ({ door, signIn }: StackConfig): readonly string[] | undefined =>
  door.kind === 'machines' && signIn.command ? [signIn.command.clientId] : undefined;

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
