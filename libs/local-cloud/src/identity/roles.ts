const readMetadata = [
  'bigquery.datasets.get',
  'bigquery.datasets.getIamPolicy',
  'bigquery.tables.get',
  'bigquery.tables.getIamPolicy',
  'bigquery.tables.list',
  'bigquery.routines.get',
  'bigquery.routines.list',
  'bigquery.models.getMetadata',
  'bigquery.models.list',
  'resourcemanager.projects.get',
];
const readData = [
  ...readMetadata,
  'bigquery.tables.getData',
  'bigquery.tables.export',
  'bigquery.tables.createSnapshot',
  'bigquery.models.getData',
  'bigquery.models.export',
];
const editData = [
  ...readData,
  'bigquery.tables.create',
  'bigquery.tables.update',
  'bigquery.tables.updateData',
  'bigquery.tables.delete',
  'bigquery.datasets.create',
];
const ownData = [
  ...editData,
  'bigquery.datasets.update',
  'bigquery.datasets.delete',
  'bigquery.datasets.setIamPolicy',
  'bigquery.tables.setIamPolicy',
  'bigquery.tables.setCategory',
  'bigquery.rowAccessPolicies.create',
  'bigquery.rowAccessPolicies.update',
  'bigquery.rowAccessPolicies.delete',
  'bigquery.rowAccessPolicies.get',
  'bigquery.rowAccessPolicies.list',
  'bigquery.rowAccessPolicies.setIamPolicy',
];
/** No other role reads the past of a table that has or has had row access policies, not even an owner's. */
const readRestrictedPast = 'bigquery.rowAccessPolicies.overrideTimeTravelRestrictions';
const administer = [
  ...ownData,
  'bigquery.jobs.create',
  'bigquery.jobs.get',
  'bigquery.jobs.list',
  'bigquery.jobs.listAll',
  'bigquery.jobs.update',
  'bigquery.jobs.delete',
  readRestrictedPast,
];
const readObjects = ['storage.objects.get', 'storage.objects.list'];
const useObjects = [
  ...readObjects,
  'storage.objects.create',
  'storage.objects.delete',
  'storage.objects.update',
];

/** Google's own roles, with the permissions that the local cloud asks for. */
const predefinedRoles: Readonly<Record<string, readonly string[]>> = {
  'roles/owner': ['*'],
  'roles/editor': [
    ...editData,
    ...useObjects,
    'bigquery.jobs.create',
    'bigquery.jobs.list',
    'bigquery.rowAccessPolicies.list',
  ],
  'roles/viewer': [
    ...readMetadata,
    'bigquery.jobs.create',
    'bigquery.jobs.list',
    'bigquery.rowAccessPolicies.list',
  ],
  'roles/bigquery.metadataViewer': readMetadata,
  'roles/bigquery.dataViewer': readData,
  'roles/bigquery.dataEditor': editData,
  'roles/bigquery.dataOwner': ownData,
  'roles/bigquery.filteredDataViewer': ['bigquery.rowAccessPolicies.getFilteredData'],
  'roles/bigquery.jobUser': ['bigquery.jobs.create', 'resourcemanager.projects.get'],
  'roles/bigquery.user': [
    'bigquery.jobs.create',
    'bigquery.jobs.list',
    'bigquery.datasets.create',
    ...readMetadata,
  ],
  'roles/bigquery.resourceViewer': [
    'bigquery.jobs.get',
    'bigquery.jobs.list',
    'bigquery.jobs.listAll',
  ],
  'roles/bigquery.admin': administer,
  'roles/bigquery.studioAdmin': administer,
  'roles/storage.objectViewer': readObjects,
  'roles/storage.objectCreator': ['storage.objects.create'],
  'roles/storage.objectUser': useObjects,
  'roles/storage.objectAdmin': [
    ...useObjects,
    'storage.objects.getIamPolicy',
    'storage.objects.setIamPolicy',
  ],
  'roles/storage.legacyBucketReader': ['storage.buckets.get', 'storage.objects.list'],
  'roles/storage.legacyBucketWriter': [
    'storage.buckets.get',
    'storage.objects.list',
    'storage.objects.create',
    'storage.objects.delete',
  ],
  'roles/storage.legacyObjectReader': ['storage.objects.get'],
  'roles/storage.admin': [
    ...useObjects,
    'storage.buckets.create',
    'storage.buckets.delete',
    'storage.buckets.get',
    'storage.buckets.getIamPolicy',
    'storage.buckets.list',
    'storage.buckets.setIamPolicy',
    'storage.buckets.update',
    'storage.managedFolders.list',
  ],
  'roles/cloudkms.signer': ['cloudkms.cryptoKeyVersions.useToSign'],
  'roles/cloudkms.publicKeyViewer': ['cloudkms.cryptoKeyVersions.viewPublicKey'],
  'roles/iam.serviceAccountTokenCreator': [
    'iam.serviceAccounts.signBlob',
    'iam.serviceAccounts.signJwt',
    'iam.serviceAccounts.getAccessToken',
    'iam.serviceAccounts.getOpenIdToken',
  ],
  'roles/iam.serviceAccountUser': ['iam.serviceAccounts.actAs', 'iam.serviceAccounts.get'],
  'roles/cloudtasks.enqueuer': ['cloudtasks.tasks.create', 'cloudtasks.tasks.fullView'],
  'roles/cloudtasks.viewer': [
    'cloudtasks.queues.get',
    'cloudtasks.queues.list',
    'cloudtasks.tasks.get',
    'cloudtasks.tasks.list',
  ],
  'roles/datacatalog.categoryFineGrainedReader': ['datacatalog.categories.fineGrainedGet'],
};

const filesEngine = [
  'storage.buckets.get',
  'storage.objects.list',
  'storage.objects.get',
  'storage.objects.create',
  'storage.objects.delete',
];

/** Roles that the demo project defines itself, by the last part of `projects/P/roles/ID`. */
const customRoles: Readonly<Record<string, readonly string[]>> = {
  /** Reads tables, takes none away. */
  outhaulTableReader: [
    ...readMetadata,
    'bigquery.tables.getData',
    'bigquery.rowAccessPolicies.list',
  ],
  outhaulTableExporter: [...readData, 'bigquery.rowAccessPolicies.list'],
  outhaulViewer: ['storage.buckets.get'],
  outhaulExporter: ['storage.buckets.get', 'storage.objects.create', 'storage.objects.delete'],
  outhaulAdmin: [
    'storage.buckets.get',
    'storage.objects.create',
    'storage.objects.delete',
    'storage.buckets.getIamPolicy',
    'storage.buckets.setIamPolicy',
  ],
  outhaulFilesEngine: filesEngine,
  outhaulRecordsKeeper: filesEngine,
  outhaulJobWatcher: ['bigquery.jobs.create', 'bigquery.jobs.get', 'bigquery.jobs.update'],
  outhaulManifestSigner: [
    'cloudkms.cryptoKeyVersions.useToSign',
    'cloudkms.cryptoKeyVersions.viewPublicKey',
  ],
  outhaulSelfSigner: ['iam.serviceAccounts.signBlob', 'iam.serviceAccounts.actAs'],
};

const customPattern = /^projects\/[^/]+\/roles\/([A-Za-z]\w*)$/;

/** The permissions of a role, `roles/NAME` or `projects/P/roles/ID`; none for a role that is not known. */
export function permissionsOf(role: string): readonly string[] {
  const id = customPattern.exec(role)?.[1];
  const [table, key] = id === undefined ? [predefinedRoles, role] : [customRoles, id];
  return Object.hasOwn(table, key) ? (table[key] ?? []) : [];
}

export const isKnownRole = (role: string): boolean => permissionsOf(role).length > 0;

export const roleHolds = (role: string, permission: string): boolean => {
  const permissions = permissionsOf(role);
  return (
    permissions.includes(permission) ||
    (permissions.includes('*') && permission !== readRestrictedPast)
  );
};
