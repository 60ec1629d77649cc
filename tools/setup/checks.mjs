import { Stopped } from './shell.mjs';

/** Permissions without which a first deploy fails, a few of each service; `roles/owner` holds them all. */
export const neededPermissions = [
  'cloudscheduler.jobs.create',
  'cloudtasks.queues.create',
  'iam.roles.create',
  'iam.serviceAccounts.create',
  'iam.serviceAccounts.setIamPolicy',
  'logging.buckets.create',
  'logging.logMetrics.create',
  'monitoring.alertPolicies.create',
  'resourcemanager.projects.setIamPolicy',
  'run.services.create',
  'run.services.setIamPolicy',
  'secretmanager.secrets.create',
  'serviceusage.services.enable',
  'storage.buckets.create',
];

/** Looks at everything that a deploy rests on, and names all that is missing at once. */
export async function checkSurroundings(shell, config, { fetch = globalThis.fetch } = {}) {
  const missing = [...tools(shell)];
  if (missing.length === 0) missing.push(...signedIn(shell));
  if (missing.length === 0)
    missing.push(...billing(shell, config), ...(await permissions(shell, config, fetch)));
  stopFor(missing, shell);
}

function stopFor(missing, shell) {
  if (missing.length > 0 && !shell.dryRun)
    throw new Stopped(`What is missing:\n${missing.map((each) => `  - ${each}`).join('\n')}`);
}

function tools(shell) {
  const gcloud = shell.read('gcloud', ['--version']);
  const terraform = shell.read('terraform', ['version', '-json']);
  const [major = 0, minor = 0] = terraform
    ? JSON.parse(terraform).terraform_version.split('.').map(Number)
    : [];
  return [
    ...(gcloud ? [] : ['The gcloud CLI: https://cloud.google.com/sdk/docs/install']),
    ...(major > 1 || (major === 1 && minor >= 7)
      ? []
      : ['Terraform 1.7 or newer: https://developer.hashicorp.com/terraform/install']),
  ];
}

function signedIn(shell) {
  const account = shell.read('gcloud', [
    'auth',
    'list',
    '--filter=status:ACTIVE',
    '--format=value(account)',
  ]);
  const applications = shell.read('gcloud', ['auth', 'application-default', 'print-access-token']);
  return [
    ...(account ? [] : ['A sign-in of gcloud: gcloud auth login']),
    ...(applications ? [] : ['A sign-in for Terraform: gcloud auth application-default login']),
  ];
}

function billing(shell, { project }) {
  const enabled = shell.read('gcloud', [
    'billing',
    'projects',
    'describe',
    project,
    '--format=value(billingEnabled)',
  ]);
  return enabled === 'True'
    ? []
    : [`Billing of ${project}: https://console.cloud.google.com/billing/linkedaccount`];
}

/** Asked of the API, because gcloud has no command for it. */
async function permissions(shell, { project }, fetch) {
  const token = shell.read('gcloud', ['auth', 'print-access-token']);
  const base =
    process.env.CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER ??
    'https://cloudresourcemanager.googleapis.com/';
  const url = `${base}v1/projects/${project}:testIamPermissions`;
  if (shell.dryRun) {
    shell.print(`  POST ${url}`);
    return [];
  }
  const response = await fetch(url, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ permissions: neededPermissions }),
  });
  if (!response.ok)
    return [`The project ${project}, for this account: Google says ${response.status}`];
  const { permissions: held = [] } = await response.json();
  const lacking = neededPermissions.filter((each) => !held.includes(each));
  return lacking.length === 0
    ? []
    : [`Permissions in ${project} (roles/owner holds them): ${lacking.join(', ')}`];
}

/** Constraints that would refuse what the stack creates, and what to do about each. */
const constraints = [
  {
    name: 'run.managed.requireInvokerIam',
    refuses: ({ door }) => door.kind === 'sign-in',
    so: 'Cloud Run must check every caller here, so the door “sign-in” is refused: use {"kind": "iap"} in the configuration',
  },
  {
    name: 'iam.disableServiceAccountCreation',
    refuses: () => true,
    so: 'no service accounts may be created in this project: ask for an exception',
  },
  {
    name: 'gcp.restrictNonCmekServices',
    refuses: ({ encryption }) => !encryption,
    so: 'keys of your own are required: set "encryption" in the configuration',
  },
];

/** Organization policies are read by an API of their own, which has to be enabled first. */
export function checkOrganization(shell, config) {
  const refusals = constraints
    .filter(({ refuses }) => refuses(config))
    .flatMap(({ name, so }) => {
      const text = shell.read('gcloud', [
        'org-policies',
        'describe',
        name,
        `--project=${config.project}`,
        '--effective',
        '--format=json',
      ]);
      // What cannot be read is not known to refuse anything.
      const rules = text ? (JSON.parse(text).spec?.rules ?? []) : [];
      const isSet = rules.some(
        ({ enforce, denyAll, values }) => enforce || denyAll || values?.deniedValues?.length,
      );
      return isSet ? [`An exception from the organization policy ${name}: ${so}`] : [];
    });
  stopFor(refusals, shell);
}
