import { GcsBackend, TerraformOutput, TerraformStack } from 'cdktf';
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
import { Providers } from './providers.js';
import { PublicService } from './public-service.js';
import { Records } from './records.js';
import { Registry } from './registry.js';
import { Signing } from './signing.js';
import { Worker } from './worker.js';

/** One deployment of Outhaul in a project of Google Cloud. */
export class OuthaulStack extends TerraformStack {
  constructor(scope: Construct, id: string, config: StackConfig) {
    super(scope, id);
    new GcsBackend(this, { bucket: config.state.bucket, prefix: config.state.prefix });
    const deployment = new Deployment(this, config, new Providers(this, config));
    const encryption = new Encryption(this, deployment);
    const identities = new Identities(this, deployment);
    const records = new Records(this, deployment, encryption, identities);
    const files = new Files(this, deployment, encryption, identities);
    const registry = new Registry(this, deployment, encryption);
    const signing = config.signing && new Signing(this, deployment, identities, config.signing);
    const parts = { encryption, identities, records, files, signing };
    const worker = new Worker(this, deployment, parts);
    const api = new PublicService(this, deployment, { ...parts, worker });
    new Audit(this, deployment, encryption);
    const metrics = new LogMetrics(this, deployment);
    const alerts = new Alerts(this, deployment, metrics);
    new Uptime(this, deployment, alerts);
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
      worker_service: worker.service.name,
      task_queue: worker.queue.id,
      // Where a pipeline may ask from outside; behind another door it gets no further than the door.
      health_url: config.door.kind === 'sign-in' ? `${deployment.publicUrl}/api/health` : '',
      redirect_address: `${deployment.publicUrl}/auth/callback`,
      records_bucket: records.bucket.name,
      audit_bucket: records.audit.name,
      files_buckets: files.buckets.map(({ name }) => name),
      image_repository: registry.address,
      api_account: identities.api.email,
      worker_account: identities.worker.email,
      ...(signing ? { signing_key: signing.keyVersion } : {}),
      ...(delivery
        ? {
            delivery_account: delivery.account.email,
            delivery_provider: delivery.provider.name,
          }
        : {}),
    });
  }

  private tell(outputs: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(outputs))
      new TerraformOutput(this, name, { value, staticId: true });
  }
}
