import { Graph, type Node, referencesIn } from './graph.js';
import { type Policy } from './policy.js';
import { type Fields, type Synthesized } from './synth.js';

/** What only a first apply would show, read from what Terraform would read: order, agents, and APIs. */
export const guards: readonly Policy[] = [
  {
    name: 'a service waits, with a pause, for every grant of its account',
    breaches: (stack) =>
      onEachService(stack, (graph, service) =>
        grantsOf(graph, service)
          .filter(({ address }) => !graph.behind(address).has(service.address))
          .filter(({ address }) => !graph.waitsWithPause(service.address, address))
          .map(({ address }) => `${service.address} does not wait for ${address}`),
      ),
  },
  {
    name: 'a service’s account is granted what its environment names',
    breaches: (stack) =>
      onEachService(stack, (graph, service) => {
        const granted = grantsOf(graph, service).map(targetOf);
        return needsOf(service)
          .filter((need) => !granted.includes(need))
          .map((need) => `${service.address}: nothing is granted on ${need}`);
      }),
  },
  {
    name: 'each service agent that gets a role is created before',
    breaches: (stack) =>
      new Graph(stack)
        .ofType(/_iam_(member|binding)$/)
        .filter(({ fields }) => agentByName.test(JSON.stringify(fields['member'] ?? '')))
        .map(({ address, fields }) => `${address}: ${String(fields['member'])}`),
  },
  {
    name: 'the API of each resource is enabled, and has had time',
    breaches: (stack) => {
      const graph = new Graph(stack);
      const enabled = new Map(
        graph
          .ofType(/^google_project_service$/)
          .map(({ address, fields }) => [
            String(fields['service']).replace('.googleapis.com', ''),
            address,
          ]),
      );
      return graph.all
        .filter(({ type, address }) => type.startsWith('google_') && !address.startsWith('data.'))
        .filter(({ type }) => type !== 'google_project_service')
        .flatMap(({ type, address }) => {
          const api = apiOf(type);
          if (!api) return [`${address}: no API is known for ${type}`];
          const service = enabled.get(api);
          if (!service) return [`${address}: ${api} is not enabled`];
          return graph.waitsWithPause(address, service)
            ? []
            : [`${address} does not wait for ${api}`];
        });
    },
  },
  {
    name: 'what is encrypted waits, with a pause, for the grant of its own key to its own account',
    breaches: (stack) => {
      const graph = new Graph(stack);
      const grants = graph
        .ofType(/^google_kms_crypto_key_iam_member$/)
        .filter(({ fields }) => fields['role'] === 'roles/cloudkms.cryptoKeyEncrypterDecrypter');
      const used = new Set<string>();
      const late = graph.all.flatMap((node) => {
        const key = keyOf(node);
        if (!key) return [];
        const own = grants.filter(
          ({ fields }) =>
            referencesIn(fields['crypto_key_id']).includes(key) &&
            encryptsFor[node.type]?.test(String(fields['member'])),
        );
        own.forEach(({ address }) => used.add(address));
        return own.some(({ address }) => graph.waitsWithPause(node.address, address))
          ? []
          : [`${node.address} does not wait for its account to get ${key}`];
      });
      const surplus = grants
        .filter(({ address }) => !used.has(address))
        .map(({ address }) => `${address}: nothing uses it`);
      return [...late, ...surplus];
    },
  },
  {
    name: 'each custom role is granted to someone',
    breaches: (stack) => {
      const graph = new Graph(stack);
      const granted = new Set(
        graph.ofType(/_iam_member$/).flatMap(({ fields }) => referencesIn(fields['role'])),
      );
      return graph
        .ofType(/^google_project_iam_custom_role$/)
        .map(({ address }) => address)
        .filter((address) => !granted.has(address));
    },
  },
];

function onEachService(
  stack: Synthesized,
  find: (graph: Graph, service: Node) => readonly string[],
): readonly string[] {
  const graph = new Graph(stack);
  return graph.ofType(/^google_cloud_run_v2_service$/).flatMap((each) => find(graph, each));
}

const templateOf = ({ fields }: Node) =>
  fields['template'] as {
    readonly service_account: string;
    readonly containers: readonly { readonly env: readonly Fields[] }[];
    readonly encryption_key?: string;
  };

function grantsOf(graph: Graph, service: Node): readonly Node[] {
  const [account] = referencesIn(templateOf(service).service_account);
  return graph
    .ofType(/_iam_member$/)
    .filter(({ fields }) => referencesIn(fields['member']).includes(account ?? 'nobody'));
}

/** What a grant is on: an address, a secret's name, or the project. */
function targetOf({ type, fields }: Node): string {
  if (type === 'google_project_iam_member') return 'the project';
  if (type === 'google_secret_manager_secret_iam_member') return `secret ${fields['secret_id']}`;
  const { role: _, member: __, depends_on: ___, project: ____, ...on } = fields;
  return referencesIn(on)[0] ?? 'nothing';
}

/** What the environment of a service has it use in its own name. */
function needsOf(service: Node): readonly string[] {
  const env = templateOf(service).containers.flatMap((container) => container.env);
  const secrets = env.flatMap(({ value_source: source }) => {
    const { secret_key_ref: ref } = (source ?? {}) as { secret_key_ref?: { secret: string } };
    return ref ? [`secret ${ref.secret}`] : [];
  });
  const named = env
    .filter(({ name }) => !aboutOthers.has(String(name)))
    .flatMap(({ value }) => referencesIn(value))
    .filter((address) => !address.startsWith('data.'));
  return [...new Set([...named, ...secrets, 'the project'])];
}

/** Settings that name resources which the service does not use in its own name. */
const aboutOthers = new Set(['OUTHAUL_WORKER_CALLERS']);

/** Google's agents by address, where the identity itself should be named so that it exists. */
const agentByName = /@(gcp-sa-|serverless-robot|cloudservices|container-engine|gs-project)/;

const keyOf = ({ type, fields }: Node): string | undefined => {
  const values: Readonly<Record<string, unknown>> = {
    google_storage_bucket: fields['encryption'],
    google_artifact_registry_repository: fields['kms_key_name'],
    google_logging_project_bucket_config: fields['cmek_settings'],
    google_cloud_run_v2_service: (fields['template'] as Fields | undefined)?.['encryption_key'],
  };
  return referencesIn(values[type])[0];
};

/** Who encrypts what: https://cloud.google.com/kms/docs/compatible-services */
const encryptsFor: Readonly<Record<string, RegExp>> = {
  google_storage_bucket: /data\.google_storage_project_service_account\./,
  google_artifact_registry_repository: /google_project_service_identity\.[\w-]*artifactregistry/,
  google_logging_project_bucket_config: /data\.google_logging_project_cmek_settings\./,
  google_cloud_run_v2_service: /google_project_service_identity\.[\w-]*agent-run/,
};

const apis: readonly [RegExp, string][] = [
  [/^google_artifact_registry_/, 'artifactregistry'],
  [/^google_billing_budget/, 'billingbudgets'],
  [/^google_cloud_run_/, 'run'],
  [/^google_cloud_scheduler_/, 'cloudscheduler'],
  [/^google_cloud_tasks_/, 'cloudtasks'],
  [/^google_compute_/, 'compute'],
  [/^google_iam_workload_identity_/, 'iam'],
  [/^google_iap_/, 'iap'],
  [/^google_kms_/, 'cloudkms'],
  [/^google_logging_/, 'logging'],
  [/^google_monitoring_/, 'monitoring'],
  [/^google_project_iam_custom_role/, 'iam'],
  [/^google_project_iam_/, 'cloudresourcemanager'],
  [/^google_project_service_identity/, 'serviceusage'],
  [/^google_secret_manager_/, 'secretmanager'],
  [/^google_service_account/, 'iam'],
  [/^google_storage_/, 'storage'],
];
const apiOf = (type: string): string | undefined =>
  apis.find(([pattern]) => pattern.test(type))?.[1];
