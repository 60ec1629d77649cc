import {
  type AuditSink,
  type AuditStore,
  type Exporter,
  type ExportRecord,
  type ExportSetRecord,
  type Signer,
} from '@outhaul/core';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { AccessController } from './access/access.controller.js';
import { ActivityController, AUDIT_STORE } from './activity/activity.controller.js';
import { CatalogController } from './catalog/catalog.controller.js';
import { type Config } from './config.js';
import { ArchiveController } from './exports/archive.controller.js';
import { DownloadController } from './exports/download.controller.js';
import { ExportSetsController } from './export-sets/export-sets.controller.js';
import { type Driver } from './exports/driver.js';
import { ExportsController } from './exports/exports.controller.js';
import { SchemaController } from './exports/schema.controller.js';
import { StatusController } from './exports/status.controller.js';
import { type Sweeper } from './exports/sweeper.js';
import { type Watchtower } from './exports/watchtower.js';
import { HealthController } from './health/health.controller.js';
import { READINESS, type Readiness } from './health/readiness.js';
import { CallerLimits } from './http/caller-limits.js';
import { ProblemFilter } from './http/problem.js';
import { AUTHENTICATOR, type Authenticator } from './identity/authenticator.js';
import { MeController } from './identity/me.controller.js';
import { SignInOptionsController } from './identity/sign-in-options.controller.js';
import { SignInController } from './identity/sign-in/sign-in.controller.js';
import { SIGN_IN, type SignIn } from './identity/sign-in/sign-in.js';
import { PermissionGuard } from './identity/permission-guard.js';
import { InsightsController } from './insights/insights.controller.js';
import { LOG, type Log } from './log.js';
import { TELEMETRY, type Telemetry } from './telemetry/telemetry.js';
import { SigningKeyController } from './signing/signing-key.controller.js';
import { type CheckTaskToken } from './worker/check-task-token.js';
import { type TaskWorker } from './worker/task-worker.js';
import { CHECK_TASK_TOKEN, TASK_WORKER, WorkerController } from './worker/worker.controller.js';
import { AUDIT, CONFIG, DRIVER, EXPORTER, SET_DRIVER, SIGNER, WATCHTOWER } from './tokens.js';

/** What the routes work with; made by `assemble`, or by a test. */
export interface Parts {
  readonly config: Config;
  readonly log: Log;
  readonly exporter: Exporter;
  /** Undefined: manifests are not signed. */
  readonly signer?: Signer;
  readonly authenticator: Authenticator;
  readonly signIn?: SignIn;
  /** `close` stores what is left. */
  readonly audit: AuditSink & { close(): Promise<void> };
  readonly auditStore: AuditStore;
  readonly driver: Driver<ExportRecord>;
  readonly setDriver: Driver<ExportSetRecord>;
  readonly watchtower: Watchtower;
  /** Removes files whose days are over; undefined where another process does. */
  readonly sweeper?: Sweeper;
  readonly readiness: Readiness;
  readonly telemetry: Telemetry;
  /** Set in the process that serves `/internal/*`, and nothing else. */
  readonly worker?: { readonly tasks: TaskWorker; readonly check: CheckTaskToken };
}

@Module({})
export class AppModule {
  static of(parts: Parts): DynamicModule {
    if (parts.worker) return workerModule(parts, parts.worker);
    return {
      module: AppModule,
      controllers: [
        CatalogController,
        ExportsController,
        ExportSetsController,
        StatusController,
        DownloadController,
        SchemaController,
        SigningKeyController,
        ArchiveController,
        InsightsController,
        MeController,
        SignInController,
        SignInOptionsController,
        ActivityController,
        AccessController,
        HealthController,
      ],
      providers: [
        { provide: CONFIG, useValue: parts.config },
        { provide: LOG, useValue: parts.log },
        { provide: EXPORTER, useValue: parts.exporter },
        { provide: SIGNER, useValue: parts.signer ?? null },
        { provide: AUDIT, useValue: parts.audit },
        { provide: AUDIT_STORE, useValue: parts.auditStore },
        { provide: SIGN_IN, useValue: parts.signIn ?? null },
        {
          provide: CallerLimits,
          useFactory: () => makeLimits(parts.config),
        },
        { provide: AUTHENTICATOR, useValue: parts.authenticator },
        { provide: DRIVER, useValue: parts.driver },
        { provide: SET_DRIVER, useValue: parts.setDriver },
        { provide: WATCHTOWER, useValue: parts.watchtower },
        { provide: READINESS, useValue: parts.readiness },
        { provide: TELEMETRY, useValue: parts.telemetry },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_GUARD, useClass: PermissionGuard },
      ],
    };
  }
}

/** The private service: what Cloud Tasks and Cloud Scheduler call, and whether it lives. */
const workerModule = (parts: Parts, worker: NonNullable<Parts['worker']>): DynamicModule => ({
  module: AppModule,
  controllers: [WorkerController, HealthController],
  providers: [
    { provide: LOG, useValue: parts.log },
    { provide: READINESS, useValue: parts.readiness },
    { provide: TASK_WORKER, useValue: worker.tasks },
    { provide: CHECK_TASK_TOKEN, useValue: worker.check },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
});

/** On one person's own machine nobody is held back. */
const makeLimits = ({ auth, requestsPerMinute, streamsPerCaller }: Config): CallerLimits =>
  auth === 'google'
    ? new CallerLimits(requestsPerMinute, streamsPerCaller)
    : new CallerLimits(0, 0);
