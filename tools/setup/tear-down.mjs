import { readConfig } from './configuration.mjs';
import { secretsOf } from './secrets.mjs';
import { Stopped } from './shell.mjs';
import { Terraform } from './terraform.mjs';

/**
 * Takes a deployment away: lifts each protection after asking, empties the buckets with all versions, destroys the stack,
 * and deletes secrets and state. What cannot be deleted is said, with the time until which it costs.
 */
export async function tearDown({ shell, file, agree }) {
  const { config } = readConfig(file);
  const step = (title) => shell.print(`\n${title}`);
  const must = async (question) => {
    if (!(await agree(question))) throw new Stopped('Stopped. Repeat the command to go on.');
  };
  const terraform = new Terraform(shell, file);

  if (config.protect) {
    step('The protection of services and keys');
    terraform.prepare({ protect: false });
    await must('Lift the protection of services and keys?');
    if (!(await terraform.apply({ agree }))) throw new Stopped('Stopped.');
  } else terraform.prepare();

  step('What the buckets hold: exported files, records and audit trail, with all versions');
  await must('Delete all of it, for good?');
  const prefix = `gs://${config.project}-${config.name}-`;
  const { lockAudit, auditDays } = config.retention;
  if (!lockAudit && isThere(shell, `${prefix}audit`))
    shell.change('gcloud', [
      'storage',
      'buckets',
      'update',
      `${prefix}audit`,
      '--clear-retention-period',
    ]);
  for (const part of [
    ...config.locations.map((location) => `files-${location.toLowerCase()}`),
    'records',
    ...(lockAudit ? [] : ['audit']),
  ])
    empty(shell, prefix + part);
  if (lockAudit) leaveLocked(shell, terraform);

  step('The stack');
  if (!(await terraform.apply({ destroy: true, agree }))) throw new Stopped('Stopped.');

  step('Secrets');
  for (const { name } of secretsOf(config)) {
    const args = [name, `--project=${config.project}`];
    if (
      shell.read('gcloud', ['secrets', 'describe', ...args, '--format=value(name)']) ===
        undefined &&
      !shell.dryRun
    )
      continue;
    await must(`Delete the secret ${name}?`);
    shell.change('gcloud', ['secrets', 'delete', ...args, '--quiet']);
  }

  step('Terraform’s state');
  await must(`Delete ${config.state.prefix} in gs://${config.state.bucket}?`);
  empty(shell, `gs://${config.state.bucket}/${config.state.prefix}`);

  step('What stays');
  shell.print('  Google’s APIs stay enabled; key rings stay, which cost nothing.');
  shell.print(
    '  For another deployment in this project use another name: roles are kept for 37 days, the log bucket for 7, the pool of a pipeline for 30.',
  );
  if (lockAudit)
    shell.print(
      `  The locked audit trail and audit log stay, and are billed, until ${auditDays} days after their newest entry; only the end of the project ends them sooner.`,
    );
}

const isThere = (shell, url) =>
  shell.dryRun || shell.read('gcloud', ['storage', 'ls', '--buckets', url]) !== undefined;

/** Earlier versions count: a bucket that has any is not empty. */
function empty(shell, url) {
  const held = shell.read('gcloud', ['storage', 'ls', '--all-versions', `${url}/**`]);
  if (held || shell.dryRun)
    shell.change('gcloud', ['storage', 'rm', '--recursive', '--all-versions', `${url}/**`]);
}

/** Nobody can delete these before their time, so the state forgets them; else the destroy would stop at them. */
function leaveLocked(shell, terraform) {
  const kept = [
    'google_storage_bucket.records_audit',
    'google_logging_project_bucket_config.audit_bucket',
  ];
  const inState = shell.dryRun
    ? kept
    : (shell.read('terraform', [`-chdir=${terraform.folder}`, 'state', 'list']) ?? '').split('\n');
  for (const start of kept)
    for (const address of inState.filter((each) => each.startsWith(start)))
      terraform.run('state', 'rm', address);
}
