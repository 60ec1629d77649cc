import { type Policy } from './policy.js';
import { type Fields, resourcesOf, type Synthesized } from './synth.js';

/** What the service and the documentation promise, and only the stack can keep. */
export const promisePolicies: readonly Policy[] = [
  {
    name: 'the project’s basic roles open no bucket, but to owners',
    breaches: (stack) => {
      const bindings = resourcesOf(stack, 'google_storage_bucket_iam_binding').map(
        ([, each]) => each,
      );
      return resourcesOf(stack, 'google_storage_bucket').flatMap(([address]) =>
        basicRoles
          .filter((role) => {
            const binding = bindings.find(
              (each) =>
                each['role'] === `roles/storage.${role}` &&
                String(each['bucket']).includes(address),
            );
            const members = binding?.['members'] as string[] | undefined;
            return !members?.every((each) => each.startsWith('projectOwner:'));
          })
          .map((role) => `${address}: ${role}`),
      );
    },
  },
  {
    name: 'services can only add to the audit trail',
    breaches: (stack) => {
      const [[bucket, fields] = ['none', {}]] = resourcesOf(stack, 'google_storage_bucket').filter(
        ([address]) => address.startsWith('records_audit'),
      );
      const keepers = resourcesOf(stack, 'google_storage_bucket_iam_member').filter(
        ([, { bucket: of }]) => String(of).includes(bucket),
      );
      const able = keepers.filter(([, { role }]) =>
        /delete|update|setIamPolicy/.test(permissionsOf(stack, role).join()),
      );
      const { retention_period: seconds = 0 } = (fields['retention_policy'] ?? {}) as Fields;
      return [
        ...able.map(([address]) => `${address} may do more`),
        ...(Number(seconds) >= 30 * 86_400 ? [] : ['objects can be deleted before their time']),
      ];
    },
  },
  {
    name: 'the service knows for how long files are kept, and the bucket keeps them a day longer',
    breaches: (stack) =>
      resourcesOf(stack, 'google_storage_bucket')
        .filter(([address]) => address.startsWith('files_'))
        .filter(([, bucket]) => {
          const rules = bucket['lifecycle_rule'] as { condition: { age: number } }[];
          const told = new Set(valuesOf(stack, 'OUTHAUL_RETENTION_DAYS'));
          return told.size !== 1 || !told.has(String((rules[0]?.condition.age ?? 0) - 1));
        })
        .map(([address]) => address),
  },
  {
    name: 'the newest revision gets the traffic, whatever was pinned',
    breaches: (stack) =>
      resourcesOf(stack, 'google_cloud_run_v2_service')
        .filter(([, { traffic }]) => {
          const [first] = (traffic ?? []) as Fields[];
          return first?.['type'] !== 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';
        })
        .map(([address]) => address),
  },
  {
    name: 'no alert is checked against a metric that Cloud Monitoring may not know yet',
    breaches: (stack) =>
      resourcesOf(stack, 'google_monitoring_alert_policy')
        .filter(([, { conditions }]) =>
          (conditions as Fields[]).some(
            ({ condition_prometheus_query_language: prom, ...rest }) =>
              /logging\.googleapis\.com\/user/.test(JSON.stringify(rest)) ||
              ((prom as Fields)?.['query'] !== undefined &&
                (prom as Fields)['disable_metric_validation'] !== true),
          ),
        )
        .map(([address]) => address),
  },
  {
    name: 'a budget has a project that its calls are counted to',
    breaches: (stack) =>
      resourcesOf(stack, 'google_billing_budget')
        .filter(() => {
          const [google] = stack.provider['google'] as Fields[];
          return google?.['user_project_override'] !== true || !google['billing_project'];
        })
        .map(([address]) => address),
  },
  {
    name: 'a pipeline is known by its repository’s number, not by a name that can change hands',
    breaches: (stack) =>
      resourcesOf(stack, 'google_iam_workload_identity_pool_provider')
        .filter(
          ([, each]) =>
            !/assertion\.repository_id == "\d+"/.test(String(each['attribute_condition'])),
        )
        .map(([address]) => address),
  },
  {
    name: 'nothing is protected from removal unless it was asked for',
    breaches: (stack) => {
      const isAsked = resourcesOf(stack, 'google_cloud_run_v2_service').some(
        ([, each]) => each['deletion_protection'] === true,
      );
      const guarded = Object.entries(stack.resource).flatMap(([type, all]) =>
        Object.entries(all)
          .filter(([, { lifecycle }]) => (lifecycle as Fields)?.['prevent_destroy'] === true)
          .map(([name]) => `${type}.${name}`),
      );
      return isAsked ? [] : guarded;
    },
  },
];

const basicRoles = [
  'legacyBucketOwner',
  'legacyBucketReader',
  'legacyObjectOwner',
  'legacyObjectReader',
];

function permissionsOf(stack: Synthesized, role: unknown): readonly string[] {
  const found = resourcesOf(stack, 'google_project_iam_custom_role').find(([address]) =>
    String(role).includes(`.${address}.`),
  );
  return (found?.[1]['permissions'] as string[] | undefined) ?? ['delete'];
}

const valuesOf = (stack: Synthesized, name: string): unknown[] =>
  resourcesOf(stack, 'google_cloud_run_v2_service').flatMap(([, { template }]) =>
    (template as { containers: { env: Fields[] }[] }).containers.map(
      ({ env }) => env.find((each) => each['name'] === name)?.['value'],
    ),
  );
