import {
  CloudRunV2Service,
  type CloudRunV2ServiceTemplateContainersEnv,
} from '@cdktf/provider-google/lib/cloud-run-v2-service';
import { type ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import { type ITerraformDependable, type TerraformProvider } from 'cdktf';
import { type Construct } from 'constructs';
import { type StackConfig } from './config.js';
import { type Deployment } from './deployment.js';
import { type Key } from './encryption.js';

export interface ServiceShape {
  readonly part: string;
  readonly account: ServiceAccount;
  readonly size: StackConfig['service'];
  readonly ingress: 'INGRESS_TRAFFIC_ALL' | 'INGRESS_TRAFFIC_INTERNAL_ONLY';
  readonly concurrency: number;
  readonly env: Readonly<Record<string, string>>;
  /** Values kept in Secret Manager: only their names are known here, so none is in the state. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly audiences?: readonly string[];
  readonly key?: Key;
  readonly provider?: TerraformProvider;
  /** Everyone gets through Cloud Run: the service itself asks who calls. */
  readonly isOpen?: boolean;
  /** The grants without which the first revision does not start, or fails at its work. */
  readonly waitsFor: ITerraformDependable;
}

/** One service of the one image: what the public service and the worker have in common. */
export function cloudRunService(
  scope: Construct,
  deployment: Deployment,
  shape: ServiceShape,
): CloudRunV2Service {
  const { config } = deployment;
  return new CloudRunV2Service(scope, 'service', {
    project: config.project,
    provider: shape.provider,
    name: deployment.nameOf(shape.part),
    location: config.region,
    ingress: shape.ingress,
    customAudiences: shape.audiences && [...shape.audiences],
    // Not allUsers: organizations with domain-restricted sharing, the default of new ones, refuse that member.
    // https://cloud.google.com/run/docs/authenticating/public
    invokerIamDisabled: shape.isOpen ? true : undefined,
    // Only when it is asked for: a service whose first revision failed could not even be replaced.
    deletionProtection: config.protect,
    // Said, and so reset by each apply: what a pipeline or a person has pinned would otherwise stay forever, unseen.
    traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100 }],
    template: {
      serviceAccount: shape.account.email,
      encryptionKey: shape.key?.name,
      executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2',
      // The longest that Cloud Run allows: streams of events are resumed after it by Last-Event-ID.
      timeout: '3600s',
      maxInstanceRequestConcurrency: shape.concurrency,
      scaling: {
        minInstanceCount: shape.size.minInstances,
        maxInstanceCount: shape.size.maxInstances,
      },
      vpcAccess: config.network && {
        egress: config.network.egress === 'all' ? 'ALL_TRAFFIC' : 'PRIVATE_RANGES_ONLY',
        networkInterfaces: [
          { network: config.network.network, subnetwork: config.network.subnetwork },
        ],
      },
      containers: [
        {
          image: config.image,
          ports: { containerPort: 8080 },
          env: [...plain(shape.env), ...secret(shape.secrets ?? {})],
          resources: {
            limits: { cpu: shape.size.cpu, memory: shape.size.memory },
            cpuIdle: true,
            startupCpuBoost: true,
          },
          startupProbe: {
            httpGet: { path: '/api/health' },
            periodSeconds: 1,
            timeoutSeconds: 1,
            failureThreshold: 30,
          },
          livenessProbe: {
            httpGet: { path: '/api/health' },
            periodSeconds: 30,
            timeoutSeconds: 5,
            failureThreshold: 3,
          },
        },
      ],
    },
    // A pipeline sets the image of each release; a later apply must not take it back.
    lifecycle: config.delivery && {
      ignoreChanges: ['template[0].containers[0].image', 'client', 'client_version'],
    },
    dependsOn: [deployment.ready, shape.waitsFor, ...(shape.key ? [shape.key.usable] : [])],
  });
}

const plain = (env: ServiceShape['env']): CloudRunV2ServiceTemplateContainersEnv[] =>
  Object.entries(env).map(([name, value]) => ({ name, value }));

const secret = (
  secrets: Readonly<Record<string, string>>,
): CloudRunV2ServiceTemplateContainersEnv[] =>
  Object.entries(secrets).map(([name, secretId]) => ({
    name,
    valueSource: { secretKeyRef: { secret: secretId, version: 'latest' } },
  }));

/** Settings that both services need: see .env.example. */
export const commonEnv = (
  { config }: Deployment,
  buckets: { readonly files: readonly string[]; readonly records: string; readonly audit: string },
): Record<string, string> => ({
  ...config.settings,
  OUTHAUL_HOST: '0.0.0.0',
  OUTHAUL_PROJECT: config.project,
  OUTHAUL_DEPLOYMENT: config.name,
  OUTHAUL_FILES_BUCKETS: buckets.files.join(','),
  OUTHAUL_RECORDS_BUCKET: buckets.records,
  OUTHAUL_AUDIT_BUCKET: buckets.audit,
  OUTHAUL_RETENTION_DAYS: String(config.retention.filesDays),
  OUTHAUL_MAX_RETENTION_DAYS: String(config.retention.filesDays),
  OUTHAUL_AUTH: 'google',
  OUTHAUL_CLIENT_IDS: config.signIn.clientIds.join(','),
  ...(config.traces ? { OUTHAUL_TRACES_URL: 'https://telemetry.googleapis.com/v1/traces' } : {}),
});
