import { promisePolicies } from './promise-policies.js';
import { type Policy } from './policy.js';
import { type Fields, resourcesOf, type Synthesized } from './synth.js';

/** What no deployment may do, whatever its configuration; read from what Terraform would read. */
export const policies: readonly Policy[] = [
  {
    name: 'no bucket is public or without uniform access',
    breaches: (stack) =>
      resourcesOf(stack, 'google_storage_bucket')
        .filter(
          ([, bucket]) =>
            bucket['public_access_prevention'] !== 'enforced' ||
            bucket['uniform_bucket_level_access'] !== true,
        )
        .map(([address]) => address),
  },
  {
    name: 'no role of Google’s making but those that were weighed',
    breaches: (stack) =>
      grantsOf(stack)
        .filter(({ role }) => role.startsWith('roles/') && !weighed.has(role))
        .map(({ address, role }) => `${address}: ${role}`),
  },
  {
    name: 'no one is everyone',
    breaches: (stack) =>
      grantsOf(stack)
        .filter(({ member }) => member === 'allUsers' || member === 'allAuthenticatedUsers')
        .map(({ address, member }) => `${address}: ${member}`),
  },
  {
    name: 'only the two services reach the worker, and only from inside',
    breaches: (stack) => [
      ...resourcesOf(stack, 'google_cloud_run_v2_service_iam_member')
        .filter(
          ([, { name, role }]) => String(name).includes('worker') && role === 'roles/run.invoker',
        )
        .filter(([, { member }]) => !/identities_(api|worker)/.test(String(member)))
        .map(([address]) => address),
      ...resourcesOf(stack, 'google_cloud_run_v2_service')
        .filter(([address]) => address.startsWith('worker_'))
        .filter(
          ([, { ingress, invoker_iam_disabled: isOpen }]) =>
            ingress !== 'INGRESS_TRAFFIC_INTERNAL_ONLY' || isOpen === true,
        )
        .map(([address]) => address),
    ],
  },
  {
    name: 'files are read and written below exports/ only',
    breaches: (stack) =>
      resourcesOf(stack, 'google_storage_bucket_iam_member')
        .filter(([address]) => address.startsWith('files_'))
        .filter(
          ([, { condition }]) =>
            !/objects\/exports\/"\)$/.test(
              String((condition as Fields | undefined)?.['expression']),
            ),
        )
        .map(([address]) => address),
  },
  {
    name: 'reads and writes of data are in the audit log, and no one is exempted',
    breaches: (stack) => {
      const configs = resourcesOf(stack, 'google_project_iam_audit_config').map(([, each]) => each);
      const covered = (service: string) =>
        configs.some((each) => {
          const logs = each['audit_log_config'] as Fields[];
          return (
            each['service'] === service &&
            ['ADMIN_READ', 'DATA_READ', 'DATA_WRITE'].every((type) =>
              logs.some((log) => log['log_type'] === type && log['exempted_members'] === undefined),
            )
          );
        });
      return ['bigquery.googleapis.com', 'storage.googleapis.com'].filter(
        (service) => !covered(service),
      );
    },
  },
  {
    name: 'the audit log goes to a bucket of its own, with the heads of the audit chains',
    breaches: (stack) => {
      const kept = resourcesOf(stack, 'google_logging_project_sink').some(
        ([, { filter, destination }]) =>
          String(filter).includes('cloudaudit.googleapis.com/data_access') &&
          String(filter).includes('jsonPayload.event=~"^audit"') &&
          String(destination).includes('google_logging_project_bucket_config'),
      );
      return kept ? [] : ['no sink'];
    },
  },
  {
    name: 'no secret is in the configuration, and so none in the state',
    breaches: (stack) => [
      ...Object.keys(stack.resource).filter((type) => forbiddenTypes.has(type)),
      ...envsOf(stack)
        .filter(({ name, value }) => secretName.test(name) && value !== undefined)
        .map(({ name }) => name),
      ...secretTexts.filter((pattern) => pattern.test(JSON.stringify(stack))).map(String),
    ],
  },
  {
    name: 'both services run as accounts of their own and by an image’s digest',
    breaches: (stack) =>
      resourcesOf(stack, 'google_cloud_run_v2_service')
        .filter(([, { template }]) => {
          const { service_account: account, containers } = template as {
            service_account?: string;
            containers: { image: string }[];
          };
          return !account || !containers.every(({ image }) => image.includes('@sha256:'));
        })
        .map(([address]) => address),
  },
  ...promisePolicies,
];

/** What a configuration with keys of its own promises. */
export const encryptionPolicy: Policy = {
  name: 'everything at rest is encrypted with the project’s own keys',
  breaches: (stack) =>
    (
      [
        [
          'google_storage_bucket',
          (each) => (each['encryption'] as Fields)?.['default_kms_key_name'],
        ],
        ['google_artifact_registry_repository', (each) => each['kms_key_name']],
        [
          'google_logging_project_bucket_config',
          (each) => (each['cmek_settings'] as Fields)?.['kms_key_name'],
        ],
        ['google_cloud_run_v2_service', (each) => (each['template'] as Fields)['encryption_key']],
      ] as [string, (each: Fields) => unknown][]
    ).flatMap(([type, keyOf]) =>
      resourcesOf(stack, type)
        .filter(([, each]) => keyOf(each) === undefined)
        .map(([address]) => address),
    ),
};

/** Roles of Google's making that say no more than their name. */
const weighed = new Set([
  'roles/run.invoker',
  'roles/iap.httpsResourceAccessor',
  'roles/cloudkms.cryptoKeyEncrypterDecrypter',
  'roles/iam.workloadIdentityUser',
  'roles/artifactregistry.writer',
  'roles/iam.serviceAccountUser',
  // Taken from everyone but the project's owners, by own-bucket.ts.
  'roles/storage.legacyBucketOwner',
  'roles/storage.legacyBucketReader',
  'roles/storage.legacyObjectOwner',
  'roles/storage.legacyObjectReader',
]);

const forbiddenTypes = new Set([
  'google_service_account_key',
  'google_secret_manager_secret_version',
  'google_storage_hmac_key',
  'google_kms_secret_ciphertext',
]);
const secretName = /SECRET|PASSWORD|PRIVATE|TOKEN$|_KEY$/;
const secretTexts = [/-----BEGIN/, /ya29\./, /GOCSPX-/, /"eyJ[\w-]+\.eyJ/, /AIza[\w-]{30}/];

interface Grant {
  readonly type: string;
  readonly address: string;
  readonly role: string;
  readonly member: string;
}

const grantsOf = (stack: Synthesized): Grant[] =>
  Object.entries(stack.resource)
    .filter(([type]) => /_iam_(member|binding)$/.test(type))
    .flatMap(([type, resources]) =>
      Object.entries(resources).flatMap(([address, { role, member, members }]) =>
        [member, ...((members as unknown[] | undefined) ?? [])]
          .filter((each) => each !== undefined)
          .map((each) => ({ type, address, role: String(role), member: String(each) })),
      ),
    );

const envsOf = (stack: Synthesized): { name: string; value?: string }[] =>
  resourcesOf(stack, 'google_cloud_run_v2_service').flatMap(([, { template }]) =>
    (template as { containers: { env: { name: string; value?: string }[] }[] }).containers.flatMap(
      ({ env }) => env,
    ),
  );
