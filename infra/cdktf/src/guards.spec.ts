import { guards } from './testing/guards.js';
import { firstOf, type Mutable, mutated, removeWhere } from './testing/mutate.js';
import { breachesOf } from './testing/policy.js';
import { exampleConfig, exampleNames, synthesize } from './testing/synth.js';

const stacks = Object.fromEntries(
  exampleNames.map((name) => [name, synthesize(exampleConfig(name))]),
) as Record<(typeof exampleNames)[number], ReturnType<typeof synthesize>>;

it.each(exampleNames)(
  'a first apply of the %s example meets nothing that is not there yet',
  (name) => {
    expect(breachesOf(stacks[name], guards)).toEqual([]);
  },
);

const without = (list: unknown, pattern: RegExp) =>
  (list as string[]).filter((each) => !pattern.test(each));

it.each<[string, (stack: Mutable) => void, RegExp]>([
  [
    'a service waits for no grant',
    (stack) => {
      const service = firstOf(stack, 'google_cloud_run_v2_service', 'public');
      service['depends_on'] = without(service['depends_on'], /api-may/);
    },
    /does not wait for google_secret_manager_secret_iam_member/,
  ],
  [
    'a service waits for its grants without a pause',
    (stack) => {
      const pause = firstOf(stack, 'time_sleep', 'identities_worker');
      const service = firstOf(stack, 'google_cloud_run_v2_service', 'worker');
      service['depends_on'] = [
        ...without(service['depends_on'], /worker-may/),
        ...(pause['depends_on'] as string[]),
      ];
    },
    /does not wait for google_cloud_tasks_queue_iam_member/,
  ],
  [
    'one grant is left out of what a service waits for',
    (stack) => {
      const pause = firstOf(stack, 'time_sleep', 'identities_api');
      pause['depends_on'] = without(pause['depends_on'], /files_api-engine/);
    },
    /does not wait for google_storage_bucket_iam_member\.files_api-engine/,
  ],
  [
    'the signing key of the environment may not be used',
    (stack) => {
      const grants = stack.resource['google_kms_crypto_key_iam_member'] ?? {};
      stack.resource['google_kms_crypto_key_iam_member'] = Object.fromEntries(
        Object.entries(grants).filter(([name]) => !name.startsWith('signing_')),
      );
    },
    /nothing is granted on google_kms_crypto_key\.signing_key/,
  ],
  [
    'a secret of the environment may not be read',
    (stack) => {
      firstOf(stack, 'google_secret_manager_secret_iam_member')['secret_id'] = 'another';
    },
    /nothing is granted on secret outhaul-/,
  ],
  [
    'the queue of the environment may not be used',
    (stack) => {
      delete stack.resource['google_cloud_tasks_queue_iam_member'];
    },
    /nothing is granted on google_cloud_tasks_queue/,
  ],
  [
    'the audit bucket of the environment may not be used',
    (stack) => {
      removeWhere(stack, 'google_storage_bucket_iam_member', (name) =>
        name.includes('worker-keeps-audit'),
      );
    },
    /nothing is granted on google_storage_bucket\.records_audit/,
  ],
  [
    'a service agent is named, and not created',
    (stack) => {
      firstOf(stack, 'google_kms_crypto_key_iam_member')['member'] =
        'serviceAccount:service-1@gcp-sa-artifactregistry.iam.gserviceaccount.com';
    },
    /service agent .* gcp-sa-artifactregistry|service agent[\s\S]*gcp-sa-artifactregistry/,
  ],
  [
    'an API is not enabled',
    (stack) => {
      removeWhere(
        stack,
        'google_project_service',
        (_, { service }) => service === 'billingbudgets.googleapis.com',
      );
    },
    /google_billing_budget.*billingbudgets is not enabled/,
  ],
  [
    'something does not wait for its API',
    (stack) => {
      firstOf(stack, 'google_cloud_tasks_queue')['depends_on'] = [];
    },
    /google_cloud_tasks_queue.*does not wait for cloudtasks/,
  ],
  [
    'a resource comes whose API nobody knows',
    (stack) => (stack.resource['google_pubsub_topic'] = { new: {} }),
    /no API is known for google_pubsub_topic/,
  ],
  [
    'a bucket does not wait for its key’s grant',
    (stack) => {
      const bucket = firstOf(stack, 'google_storage_bucket', 'files');
      bucket['depends_on'] = without(bucket['depends_on'], /storage-/);
    },
    /google_storage_bucket.files.*does not wait for its account/,
  ],
  [
    'the audit log’s key is given to the account that writes for sinks',
    (stack) => {
      const grant = firstOf(stack, 'google_kms_crypto_key_iam_member', 'encryption_logging');
      grant['member'] = 'serviceAccount:service-1@gcp-sa-logging.iam.gserviceaccount.com';
    },
    /google_logging_project_bucket_config.*does not wait for its account/,
  ],
  [
    'an account gets a key that nothing uses',
    (stack) => {
      const grants = stack.resource['google_kms_crypto_key_iam_member'] ?? {};
      grants['surplus'] = { ...firstOf(stack, 'google_kms_crypto_key_iam_member'), member: 'x' };
    },
    /surplus: nothing uses it/,
  ],
  [
    'a role is made that no one holds',
    (stack) =>
      ((stack.resource['google_project_iam_custom_role'] ??= {})['idle'] = {
        depends_on: ['time_sleep.x'],
      }),
    /granted to someone: google_project_iam_custom_role.idle/,
  ],
])('is found out when %s', (_what, change, found) => {
  expect(breachesOf(mutated(stacks.prod, change), guards).join('\n')).toMatch(found);
});
