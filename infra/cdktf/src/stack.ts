import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { GcsBackend, TerraformOutput, TerraformProvider, TerraformStack } from 'cdktf';
import { type Construct } from 'constructs';
import { Audit } from './audit.js';
import { type StackConfig } from './config.js';
import { Delivery } from './delivery.js';
import { Deployment } from './deployment.js';
import { Encryption } from './encryption.js';
import { Files } from './files.js';
import { Identities } from './identities.js';
import { Alerts } from './observability/alerts.js';
import { Budget } from './observability/budget.js';
import { Dashboard } from './observability/dashboard.js';
import { LogMetrics } from './observability/log-metrics.js';
import { Uptime } from './observability/uptime.js';
import { PublicService } from './public-service.js';
import { Records } from './records.js';
import { Registry } from './registry.js';
import { Worker } from './worker.js';

/** The release of the provider whose schema this was checked against. */
const providerVersion = '6.50.0';

/** One deployment of Outhaul in a project of Google Cloud. */
export class OuthaulStack extends TerraformStack {
  constructor(scope: Construct, id: string, config: StackConfig) {
    super(scope, id);
    const beta = this.configureTerraform(config);
    const deployment = new Deployment(this, config);
    const encryption = new Encryption(this, deployment);
    const identities = new Identities(this, deployment);
    const records = new Records(this, deployment, encryption, identities);
    const files = new Files(this, deployment, encryption, identities);
    const registry = new Registry(this, deployment, encryption);
    const parts = { encryption, identities, records, files };
    const worker = new Worker(this, deployment, parts);
    const api = new PublicService(this, deployment, { ...parts, worker, beta });
    new Audit(this, deployment, encryption);
    const metrics = new LogMetrics(this, deployment);
    const alerts = new Alerts(this, deployment, metrics);
    new Uptime(this, deployment, alerts, { api: api.service, worker: worker.service });
    new Dashboard(this, deployment, metrics);
    if (config.budget) new Budget(this, deployment, config.budget, alerts.channels);
    const delivery =
      config.delivery &&
      new Delivery(this, deployment, config.delivery, {
        identities,
        registry,
        services: [api.service, worker.service],
      });
    this.tell({
      address: deployment.publicUrl,
      api_service: api.service.name,
      api_uri: api.service.uri,
      worker_service: worker.service.name,
      worker_uri: worker.service.uri,
      task_queue: worker.queue.id,
      records_bucket: records.bucket.name,
      files_buckets: files.buckets.map(({ name }) => name),
      image_repository: registry.address,
      api_account: identities.api.email,
      worker_account: identities.worker.email,
      schedules_account: identities.schedules.email,
      ...(delivery
        ? {
            delivery_account: delivery.account.email,
            delivery_provider: delivery.provider.name,
          }
        : {}),
    });
  }

  /** Answers the beta provider where it is needed. */
  private configureTerraform(config: StackConfig): TerraformProvider | undefined {
    new GcsBackend(this, { bucket: config.state.bucket, prefix: config.state.prefix });
    const settings = {
      project: config.project,
      region: config.region,
      default_labels: { app: config.name, environment: config.environment },
    };
    new GoogleProvider(this, 'google', {
      project: settings.project,
      region: settings.region,
      defaultLabels: settings.default_labels,
    });
    this.addOverride('terraform.required_providers.google', {
      source: 'hashicorp/google',
      version: providerVersion,
    });
    if (!config.iap) return undefined;
    return new BetaProvider(this, settings);
  }

  private tell(outputs: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(outputs))
      new TerraformOutput(this, name, { value, staticId: true });
  }
}

/** google-beta, for what the general provider does not know yet. */
class BetaProvider extends TerraformProvider {
  constructor(scope: Construct, settings: Readonly<Record<string, unknown>>) {
    super(scope, 'google-beta', {
      terraformResourceType: 'google-beta',
      terraformGeneratorMetadata: { providerName: 'google-beta', providerVersion },
      terraformProviderSource: 'hashicorp/google-beta',
    });
    this.settings = settings;
  }
  private readonly settings: Readonly<Record<string, unknown>>;
  protected override synthesizeAttributes(): Record<string, unknown> {
    return { ...this.settings };
  }
}
