import { type CloudRunV2Service } from '@cdktf/provider-google/lib/cloud-run-v2-service';
import { CloudRunV2ServiceIamMember } from '@cdktf/provider-google/lib/cloud-run-v2-service-iam-member';
import { CloudSchedulerJob } from '@cdktf/provider-google/lib/cloud-scheduler-job';
import { CloudTasksQueue } from '@cdktf/provider-google/lib/cloud-tasks-queue';
import { CloudTasksQueueIamMember } from '@cdktf/provider-google/lib/cloud-tasks-queue-iam-member';
import { type ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import { Construct } from 'constructs';
import { cloudRunService, commonEnv } from './cloud-run.js';
import { type Deployment } from './deployment.js';
import { type Encryption } from './encryption.js';
import { type Files } from './files.js';
import { type Identities } from './identities.js';
import { type Records } from './records.js';
import { taskSender } from './roles.js';
import { type Signing } from './signing.js';

export interface WorkerParts {
  readonly encryption: Encryption;
  readonly identities: Identities;
  readonly records: Records;
  readonly files: Files;
  /** Undefined: manifests are not signed. */
  readonly signing?: Signing;
}

/** The names of the buckets that both services work on. */
export const bucketNames = ({ files, records }: WorkerParts) => ({
  files: files.buckets.map(({ name }) => name),
  records: records.bucket.name,
  audit: records.audit.name,
});

/** The private service, the queue that calls it for each step, and the minute tick that picks up what was left. */
export class Worker extends Construct {
  readonly service: CloudRunV2Service;
  readonly queue: CloudTasksQueue;
  /** Known before the service is there, so that the service itself can be told of it. */
  readonly url: string;
  /** Who a token for the worker must be meant for. */
  readonly audience: string;

  constructor(
    scope: Construct,
    private readonly deployment: Deployment,
    private readonly parts: WorkerParts,
  ) {
    super(scope, 'worker');
    const { config } = deployment;
    this.audience = deployment.nameOf('worker');
    this.url = deployment.runUrl('worker');
    this.queue = this.makeQueue();
    this.service = cloudRunService(this, deployment, {
      part: 'worker',
      account: parts.identities.worker,
      size: config.worker,
      // Cloud Tasks and Cloud Scheduler of the same project count as internal.
      ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY',
      concurrency: 20,
      audiences: [this.audience],
      key: parts.encryption.keyOf(config.region, 'run'),
      waitsFor: parts.identities.settled('worker'),
      env: {
        ...commonEnv(deployment, bucketNames(parts)),
        ...parts.signing?.env,
        OUTHAUL_SERVE: 'worker',
        OUTHAUL_SERVICE_NAME: deployment.nameOf('worker'),
        ...this.taskEnv(parts.identities.worker),
        // Cloud Run asks for run.invoker and removes the signatures of the tokens that it has checked.
        OUTHAUL_WORKER_BEHIND_IAM: 'true',
        OUTHAUL_WORKER_CALLERS: [parts.identities.api, parts.identities.worker]
          .map(({ email }) => email)
          .join(','),
      },
    });
    this.admit();
    this.makeTick();
  }

  /** What a service that sends tasks needs to know. */
  taskEnv(account: ServiceAccount): Record<string, string> {
    return {
      OUTHAUL_TASK_QUEUE: this.queue.id,
      OUTHAUL_TASK_ACCOUNT: account.email,
      OUTHAUL_WORKER_URL: this.url,
      OUTHAUL_WORKER_AUDIENCE: this.audience,
    };
  }

  /** Tasks carry the account of the service that sends them, the tick the worker's own. */
  private admit(): void {
    const { identities } = this.parts;
    for (const [name, account] of [
      ['api', identities.api],
      ['worker', identities.worker],
    ] as const) {
      const grant = new CloudRunV2ServiceIamMember(this, `${name}-calls-worker`, {
        project: this.deployment.config.project,
        location: this.service.location,
        name: this.service.name,
        role: 'roles/run.invoker',
        member: account.member,
      });
      // The worker cannot wait for what needs itself; its first ticks may be refused, and are repeated.
      if (name === 'api') identities.granted('api', grant);
    }
  }

  private makeQueue(): CloudTasksQueue {
    const { config } = this.deployment;
    const queue = new CloudTasksQueue(this, 'queue', {
      project: config.project,
      location: config.region,
      name: this.deployment.nameOf('exports'),
      rateLimits: { maxConcurrentDispatches: 50, maxDispatchesPerSecond: 100 },
      retryConfig: {
        maxAttempts: 20,
        minBackoff: '1s',
        maxBackoff: '60s',
        maxDoublings: 6,
        maxRetryDuration: '3600s',
      },
      stackdriverLoggingConfig: { samplingRatio: 1 },
      dependsOn: [this.deployment.ready],
    });
    const { identities } = this.parts;
    for (const [name, account] of [
      ['api', identities.api],
      ['worker', identities.worker],
    ] as const) {
      const grant = new CloudTasksQueueIamMember(this, `${name}-sends-tasks`, {
        project: config.project,
        location: queue.location,
        name: queue.name,
        role: identities.role(taskSender),
        member: account.member,
      });
      identities.granted(name, grant);
    }
    return queue;
  }

  private makeTick(): void {
    const { config } = this.deployment;
    new CloudSchedulerJob(this, 'tick', {
      project: config.project,
      region: config.region,
      name: this.deployment.nameOf('tick'),
      description: 'Takes up exports that nothing has moved.',
      schedule: '* * * * *',
      timeZone: 'Etc/UTC',
      attemptDeadline: '60s',
      httpTarget: {
        uri: `${this.url}/internal/tick`,
        httpMethod: 'POST',
        oidcToken: {
          serviceAccountEmail: this.parts.identities.worker.email,
          audience: this.audience,
        },
      },
      dependsOn: [this.deployment.ready, this.service],
    });
  }
}
