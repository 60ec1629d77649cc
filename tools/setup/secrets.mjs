import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Stopped } from './shell.mjs';

/** The secrets that a configuration names: made up here, or known to their owner only. */
export function secretsOf({ signIn }) {
  const { browser, command, maskKey } = signIn;
  const secrets = [
    browser && { name: browser.clientSecret, what: 'client secret of the web application' },
    browser && { name: browser.sessionSecrets, generate: 48 },
    command && { name: command.clientSecret, what: 'client secret of the desktop app' },
    maskKey && { name: maskKey, generate: 36 },
  ].filter(Boolean);
  return [...new Map(secrets.map((each) => [each.name, each])).values()];
}

/** Creates the secrets that are not there; their values go through stdin, and are in no argument, file or state. */
export async function createSecrets(shell, config, input) {
  const { project } = config;
  for (const { name, what, generate } of secretsOf(config)) {
    const present = shell.read('gcloud', [
      'secrets',
      'versions',
      'describe',
      'latest',
      `--secret=${name}`,
      `--project=${project}`,
      '--format=value(name)',
    ]);
    if (present) continue;
    const exists = shell.read('gcloud', [
      'secrets',
      'describe',
      name,
      `--project=${project}`,
      '--format=value(name)',
    ]);
    const value = generate
      ? randomBytes(generate).toString('base64')
      : await ask(shell, name, what, input);
    if (!exists)
      shell.change('gcloud', [
        'secrets',
        'create',
        name,
        `--project=${project}`,
        '--replication-policy=automatic',
      ]);
    shell.change(
      'gcloud',
      ['secrets', 'versions', 'add', name, `--project=${project}`, '--data-file=-'],
      { input: value },
    );
  }
}

async function ask(shell, name, what, input) {
  if (shell.dryRun) return '';
  const value = (await input(`${name} (${what}): `)).trim();
  if (!value) throw new Stopped(`${name} has no value: nothing was typed or piped in.`);
  return value;
}

/** Reads one line per question: without an echo from a terminal, or as it is from a pipe. */
export function hiddenInput(stdin = process.stdin, stdout = process.stderr) {
  let lines;
  return async (question) => {
    stdout.write(question);
    if (stdin.isTTY) return withoutEcho(stdin, stdout);
    lines ??= createInterface({ input: stdin })[Symbol.asyncIterator]();
    const { value = '' } = await lines.next();
    stdout.write('\n');
    return value;
  };
}

function withoutEcho(stdin, stdout) {
  return new Promise((resolve, reject) => {
    let text = '';
    stdin.setRawMode(true).setEncoding('utf8').resume();
    const end = (finish) => {
      stdin.setRawMode(false).pause().removeListener('data', take);
      stdout.write('\n');
      finish();
    };
    const take = (typed) => {
      for (const key of typed) {
        if (key === '\u0003') return end(() => reject(new Stopped('Stopped.')));
        if (key === '\r' || key === '\n') return end(() => resolve(text));
        text = key === '\u007f' ? text.slice(0, -1) : text + key;
      }
    };
    stdin.on('data', take);
  });
}
