/** One permission and the code that needs it: a file of this repository, and what it does there. */
export interface NeededPermission {
  readonly permission: string;
  readonly neededBy: string;
}

export interface CustomRole {
  /** Last part of the role's id. */
  readonly id: string;
  readonly title: string;
  readonly permissions: readonly NeededPermission[];
}

const need = (permission: string, neededBy: string): NeededPermission => ({ permission, neededBy });

/** What both services do on the files buckets. */
export const filesEngine: CustomRole = {
  id: 'FilesEngine',
  title: 'Outhaul: verify, compose, seal and sign files',
  permissions: [
    need(
      'storage.buckets.get',
      'libs/google/src/google-file-store.ts: getBucket asks the location, and whether it is there',
    ),
    need(
      'storage.objects.list',
      'libs/google/src/google-file-store.ts: list finds the shards that BigQuery wrote',
    ),
    need(
      'storage.objects.get',
      'libs/google/src/google-file-store.ts: stat, readText and Parquet footers; a signed URL reads with it too',
    ),
    need(
      'storage.objects.create',
      'libs/google/src/google-file-store.ts: put writes the manifest, compose joins parts',
    ),
    need(
      'storage.objects.delete',
      'libs/google/src/google-file-store.ts: remove, and replacing what an earlier try has written',
    ),
  ],
};

/** What both services do on the records bucket. */
export const recordsKeeper: CustomRole = {
  id: 'RecordsKeeper',
  title: 'Outhaul: keep the records of exports',
  permissions: [
    need(
      'storage.objects.list',
      'libs/google/src/google-record-store.ts: list shows exports from their metadata',
    ),
    need('storage.objects.get', 'libs/google/src/google-record-store.ts: read'),
    need(
      'storage.objects.create',
      'libs/google/src/google-record-store.ts: create, replace and claimKey',
    ),
    need(
      'storage.objects.delete',
      'libs/google/src/google-record-store.ts: remove, and replacing a record',
    ),
  ],
};

/** What both services do on the bucket of the audit trail: add and read. Replacing an object would take delete, too. */
export const auditKeeper: CustomRole = {
  id: 'AuditKeeper',
  title: 'Outhaul: add to the audit trail',
  permissions: [
    need('storage.objects.list', 'libs/google/src/google-audit-store.ts: list pages the trail'),
    need(
      'storage.objects.get',
      'libs/google/src/google-audit-store.ts: read shows and verifies it',
    ),
    need('storage.objects.create', 'libs/google/src/google-audit-store.ts: append'),
  ],
};

/** What both services do in BigQuery under their own name; the source is read by its owner's token only. */
export const jobWatcher: CustomRole = {
  id: 'JobWatcher',
  title: 'Outhaul: watch export jobs and count files',
  permissions: [
    need(
      'bigquery.jobs.create',
      'libs/core/src/run/verify.ts: counts the rows of files by a query over them',
    ),
    need(
      'bigquery.jobs.get',
      'libs/core/src/run/write-shards.ts: watches the owner’s job after they have gone',
    ),
    need(
      'bigquery.jobs.update',
      'libs/core/src/run/cancel.ts: cancels the job of an export that is cancelled',
    ),
  ],
};

/** What the public service does on the queue. */
export const taskSender: CustomRole = {
  id: 'TaskSender',
  title: 'Outhaul: hand exports to the worker',
  permissions: [need('cloudtasks.tasks.create', 'libs/google/src/google-task-queue.ts: add')],
};

/** On its own account only: an account signs URLs and sends tasks in its own name. */
export const selfSigner: CustomRole = {
  id: 'SelfSigner',
  title: 'Outhaul: sign URLs and send tasks in its own name',
  permissions: [
    need(
      'iam.serviceAccounts.signBlob',
      'libs/google/src/google-file-store.ts: signUrl, without a key',
    ),
    need(
      'iam.serviceAccounts.actAs',
      'libs/google/src/google-task-queue.ts: a task carries a token of this account',
    ),
  ],
};

/** What both services do with the key that manifests are signed with, where the configuration asks for one. */
export const manifestSigner: CustomRole = {
  id: 'ManifestSigner',
  title: 'Outhaul: sign manifests',
  permissions: [
    need(
      'cloudkms.cryptoKeyVersions.useToSign',
      'libs/google/src/kms-signer.ts: sign, when an export is sealed',
    ),
    need(
      'cloudkms.cryptoKeyVersions.viewPublicKey',
      'libs/google/src/kms-signer.ts: publicKey, which checks each signature and is shown to anyone',
    ),
  ],
};

/** What the public service reads of Secret Manager: on the secrets that the configuration names. */
export const secretReader: CustomRole = {
  id: 'SecretReader',
  title: 'Outhaul: read its own secrets',
  permissions: [
    need(
      'secretmanager.versions.access',
      'apps/api/src/config.ts: the client secret of the sign-in, the keys of sessions and of masks',
    ),
  ],
};

/** What makes someone a viewer: see libs/core/src/access/roles.ts. */
export const viewer: CustomRole = {
  id: 'Viewer',
  title: 'Outhaul: viewer',
  permissions: [need('storage.buckets.get', 'libs/core/src/access/roles.ts: marks a viewer')],
};

/** What makes someone an exporter; BigQuery writes and replaces files in their name. */
export const exporter: CustomRole = {
  id: 'Exporter',
  title: 'Outhaul: exporter',
  permissions: [
    need(
      'storage.buckets.get',
      'libs/google/src/permissions.ts: the preflight asks the bucket’s location as the caller',
    ),
    need(
      'storage.objects.create',
      'libs/core/src/access/roles.ts: marks an exporter; their extract job writes the files',
    ),
    need(
      'storage.objects.delete',
      'libs/core/src/run/write-shards.ts: their job replaces what an earlier try has written',
    ),
  ],
};

/** What makes someone an admin. */
export const admin: CustomRole = {
  id: 'Admin',
  title: 'Outhaul: admin',
  permissions: [
    ...exporter.permissions,
    need('storage.buckets.getIamPolicy', 'docs/operations/README.md: shows who holds which role'),
    need(
      'storage.buckets.setIamPolicy',
      'libs/core/src/access/roles.ts: marks an admin; gives roles to others',
    ),
  ],
};

/** What the pipeline does to roll a release out; nothing else of the project is in its reach. */
export const releaser: CustomRole = {
  id: 'Releaser',
  title: 'Outhaul: roll out a release',
  permissions: [
    need('run.services.get', '.github/workflows/deploy.yml: reads which revision serves'),
    need('run.services.update', '.github/workflows/deploy.yml: sets the image and moves traffic'),
    need('run.revisions.get', '.github/workflows/deploy.yml: waits until the revision is ready'),
    need('run.revisions.list', '.github/workflows/deploy.yml: finds the revision to go back to'),
    need('run.operations.get', '.github/workflows/deploy.yml: waits for the end of an update'),
  ],
};

/** What both services do with their spans, where the configuration asks for traces. */
export const traceWriter: CustomRole = {
  id: 'TraceWriter',
  title: 'Outhaul: write traces',
  permissions: [
    need(
      'telemetry.traces.write',
      'apps/api/src/telemetry/otlp-exporter.ts: sends the spans of requests',
    ),
  ],
};

export const customRoles = [
  filesEngine,
  recordsKeeper,
  auditKeeper,
  jobWatcher,
  taskSender,
  selfSigner,
  manifestSigner,
  secretReader,
  traceWriter,
  viewer,
  exporter,
  admin,
  releaser,
] as const;
