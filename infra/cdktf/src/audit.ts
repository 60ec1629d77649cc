import { LoggingProjectBucketConfig } from '@cdktf/provider-google/lib/logging-project-bucket-config';
import { LoggingProjectSink } from '@cdktf/provider-google/lib/logging-project-sink';
import { ProjectIamAuditConfig } from '@cdktf/provider-google/lib/project-iam-audit-config';
import { Construct } from 'constructs';
import { type Deployment } from './deployment.js';
import { type Encryption } from './encryption.js';

/** Services whose reads are written to the audit log: who read which table or file. */
const audited = [
  'bigquery.googleapis.com',
  'storage.googleapis.com',
  'iam.googleapis.com',
  'iamcredentials.googleapis.com',
  'secretmanager.googleapis.com',
  'run.googleapis.com',
] as const;

/** Who did what, in a log bucket of its own: Google's audit logs and the service's own audit lines. */
export class Audit extends Construct {
  constructor(scope: Construct, deployment: Deployment, encryption: Encryption) {
    super(scope, 'audit');
    const { config } = deployment;
    for (const service of audited) {
      new ProjectIamAuditConfig(this, service.replace('.googleapis.com', ''), {
        project: config.project,
        service,
        auditLogConfig: [
          { logType: 'ADMIN_READ' },
          { logType: 'DATA_READ' },
          { logType: 'DATA_WRITE' },
        ],
        dependsOn: [deployment.ready],
      });
    }
    const key = encryption.keyOf(config.region, 'logging');
    const bucket = new LoggingProjectBucketConfig(this, 'bucket', {
      project: config.project,
      location: config.region,
      bucketId: deployment.nameOf('audit'),
      retentionDays: config.retention.auditDays,
      locked: config.retention.lockAudit,
      description: 'Audit of Outhaul: who read and exported what.',
      cmekSettings: key && { kmsKeyName: key.name },
      dependsOn: [deployment.ready, ...(key ? [key.usable] : [])],
    });
    new LoggingProjectSink(this, 'sink', {
      project: config.project,
      name: deployment.nameOf('audit'),
      destination: `logging.googleapis.com/${bucket.id}`,
      filter: auditFilter,
      uniqueWriterIdentity: true,
    });
  }
}

/** Google's audit logs, and the audit lines of our services. */
export const auditFilter = [
  'log_id("cloudaudit.googleapis.com/data_access")',
  'log_id("cloudaudit.googleapis.com/activity")',
  'log_id("cloudaudit.googleapis.com/policy")',
  // Lines of decisions, heads of the audit chains, and what could not be stored.
  'jsonPayload.event=~"^audit"',
].join(' OR ');
