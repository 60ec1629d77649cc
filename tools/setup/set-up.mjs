import { createInterface } from 'node:readline/promises';
import { checkOrganization, checkSurroundings } from './checks.mjs';
import { apisOf, ensureConfig, saveConfig } from './configuration.mjs';
import { obtainImage } from './image.mjs';
import { createSecrets } from './secrets.mjs';
import { Stopped } from './shell.mjs';
import { Terraform } from './terraform.mjs';

/** Everything between an empty project and a running deployment, in order. */
export async function setUp({ shell, file, values, version, input, agree }) {
  const step = (title) => shell.print(`\n${title}`);

  step('The configuration');
  let { settings, config } = ensureConfig(file, values, shell);

  step('What a deploy rests on');
  await checkSurroundings(shell, config);

  step('Google’s APIs');
  const apis = [...apisOf(config), 'cloudbuild', 'orgpolicy'].map((api) => `${api}.googleapis.com`);
  shell.change('gcloud', ['services', 'enable', ...apis, `--project=${config.project}`]);

  step('The organization’s policies');
  checkOrganization(shell, config);

  step('The bucket of Terraform’s state');
  ensureStateBucket(shell, config);

  step('Google’s service agents');
  for (const api of agentsOf(config))
    shell.change('gcloud', [
      'beta',
      'services',
      'identity',
      'create',
      `--service=${api}.googleapis.com`,
      `--project=${config.project}`,
    ]);

  step('Secrets');
  await createSecrets(shell, config, input);

  const terraform = new Terraform(shell, file);
  if (!values.image && /sha256:0{64}$/.test(settings.image)) {
    step('The registry, which the image needs and the services need before them');
    terraform.prepare();
    const registry = terraform.addressOf('google_artifact_registry_repository.registry_images');
    if (!(await terraform.apply({ targets: [registry], agree }))) throw new Stopped('Stopped.');
  }

  step('The image');
  settings = {
    ...settings,
    image: obtainImage(shell, { config, settings, given: values.image, version }),
  };
  if (!shell.dryRun) saveConfig(file, settings);

  step('The stack');
  terraform.prepare();
  if (!(await terraform.apply({ agree }))) throw new Stopped('Stopped.');

  step('Done');
  const { address, redirect_address: redirect } = terraform.outputs();
  shell.print(`  ${address ?? 'The outputs name the address'}`);
  shell.print(`  The web application’s redirect address: ${redirect ?? '(see the outputs)'}`);
}

function ensureStateBucket(shell, { project, region, state }) {
  const url = `gs://${state.bucket}`;
  const there = shell.read('gcloud', [
    'storage',
    'buckets',
    'describe',
    url,
    '--format=value(name)',
  ]);
  if (!there)
    shell.change('gcloud', [
      'storage',
      'buckets',
      'create',
      url,
      `--project=${project}`,
      `--location=${region}`,
      '--uniform-bucket-level-access',
      '--public-access-prevention',
    ]);
  shell.change('gcloud', ['storage', 'buckets', 'update', url, '--versioning']);
}

const agentsOf = ({ encryption, door }) => [
  ...(encryption ? ['artifactregistry', 'run'] : []),
  ...(door.kind === 'iap' ? ['iap'] : []),
];

/** Asks before each change, unless `--yes` or a dry run says that it is agreed. */
export function agreement({ yes, 'dry-run': dryRun }) {
  return async (question) => {
    if (yes || dryRun) return true;
    if (!process.stdin.isTTY)
      throw new Stopped(`${question} No one is here to answer; add --yes to agree beforehand.`);
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    const typed = await terminal.question(`${question} Type yes: `);
    terminal.close();
    return typed.trim() === 'yes';
  };
}
