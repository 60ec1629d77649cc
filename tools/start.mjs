import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { join, resolve } from 'node:path';
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { runTargets } from './run.mjs';
import { isPortFree, Processes } from './processes.mjs';

const usage = `npm start -- [options]
  --once             end after the demonstration export; exit code 0 only if every file was verified
  --port N           port of the console and the API (default 8080)
  --cloud-port N     port of the local cloud (default 9050)
  --data DIR         where the local cloud keeps its data (default .outhaul/local-cloud)
  --skip-export      only start, without the demonstration export
  --no-sign-in       whoever reaches the service may do everything: for tests on this machine only`;

const options = {
  once: { type: 'boolean', default: false },
  port: { type: 'string', default: '8080' },
  'cloud-port': { type: 'string', default: '9050' },
  data: { type: 'string', default: '.outhaul/local-cloud' },
  'skip-export': { type: 'boolean', default: false },
  'no-sign-in': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};
const { values } = readArguments();
if (values.help) {
  console.log(usage);
  process.exit(0);
}

const enforce = !values['no-sign-in'];
const root = fileURLToPath(new URL('..', import.meta.url));
const say = (text) => console.log(text);

for (const [option, port] of [
  ['--port', values.port],
  ['--cloud-port', values['cloud-port']],
]) {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    console.error(`${option} must be a port number, not ${port}.`);
    process.exit(2);
  }
  if (!(await isPortFree(Number(port)))) {
    console.error(
      `Port ${port} is in use. Choose another: npm start -- ${option} ${Number(port) + 1}`,
    );
    process.exit(1);
  }
}

say('Building …');
runTargets(['build'], ['api', 'web', 'cli', 'local-cloud'], { quiet: true });

const processes = new Processes(root);
const cloudUrl = `http://127.0.0.1:${values['cloud-port']}`;
const apiUrl = `http://127.0.0.1:${values.port}`;

say(
  'Starting the local cloud (no Google Cloud: it stands in for BigQuery and Cloud Storage on this machine) …',
);
const { openIdClient } = await processes.start('local-cloud', 'dist/libs/local-cloud/main.mjs', [
  '--port',
  values['cloud-port'],
  '--data',
  values.data,
  ...(enforce ? ['--enforce'] : []),
]);

say('Starting the service and the console …');
await processes.start('api', 'dist/apps/api/main.mjs', [], {
  PORT: values.port,
  OUTHAUL_PROJECT: 'outhaul-local',
  OUTHAUL_FILES_BUCKETS: 'outhaul-local-files',
  OUTHAUL_RECORDS_BUCKET: 'outhaul-local-records',
  OUTHAUL_BIGQUERY_ENDPOINT: cloudUrl,
  OUTHAUL_STORAGE_ENDPOINT: cloudUrl,
  ...(enforce ? signInSettings(openIdClient) : { OUTHAUL_AUTH: 'service-account' }),
  OUTHAUL_CREDENTIALS_FILE: resolve(root, values.data, 'service-account.json'),
  OUTHAUL_CONSOLE_DIR: join(root, 'dist/apps/web/browser'),
  OUTHAUL_MASK_KEY: secretIn(resolve(root, values.data), 'mask-key'),
  OUTHAUL_POLL_MS: '100',
  OUTHAUL_LOG_LEVEL: 'warn',
});

let exitCode = 0;
if (!values['skip-export']) {
  const folder = join(root, '.outhaul/downloads/flights');
  rmSync(folder, { recursive: true, force: true });
  say('Exporting samples.flights (3 million rows) to Parquet, and downloading it verified:\n');
  exitCode = await processes.runCli(
    ['export', 'samples.flights', '--format', 'parquet', '--download', folder],
    { OUTHAUL_SERVER: apiUrl, ...(enforce ? { OUTHAUL_TOKEN: await demoToken() } : {}) },
  );
  say(
    exitCode === 0
      ? `\nEvery file was verified. They are in ${folder}`
      : `\nThe export did not end well (exit code ${exitCode}).`,
  );
}

if (values.once) {
  await processes.stop();
  process.exit(exitCode);
}

const server = values.port === '8080' ? '' : ` --server ${apiUrl}`;
say(`
The console:   ${apiUrl}
The API:       ${apiUrl}/api/docs

${enforce ? 'Sign in as exporter@outhaul.test, viewer@outhaul.test or admin@outhaul.test; no password is asked.\n' : ''}Try in another terminal:${enforce ? `\n  npx outhaul login${server}` : ''}
  npx outhaul tables samples${server}
  npx outhaul export samples.movies --format csv --single --download movies${server}
  npx outhaul local load YOUR.csv samples.mine${values['cloud-port'] === '9050' ? '' : ` --port ${values['cloud-port']}`}

Ctrl-C ends it; the data stay in ${values.data}.`);
await processes.untilInterrupted();
process.exit(0);

/** The local cloud's own provider signs people in: the console and the command are its clients. */
function signInSettings({ clientId, clientSecret }) {
  return {
    OUTHAUL_AUTH: 'google',
    OUTHAUL_TOKENINFO_ENDPOINT: `${cloudUrl}/tokeninfo`,
    OUTHAUL_OIDC_ISSUER: cloudUrl,
    OUTHAUL_OIDC_CLIENT_ID: clientId,
    OUTHAUL_OIDC_CLIENT_SECRET: clientSecret,
    OUTHAUL_OIDC_PARAMETERS: 'access_type=offline',
    OUTHAUL_CLI_CLIENT_ID: 'outhaul-cli',
    OUTHAUL_SESSION_SECRETS: secretIn(resolve(root, values.data), 'session-secret'),
  };
}

/** The demonstration export is the demo user exporter's. */
async function demoToken() {
  const answer = await fetch(`${cloudUrl}/_local/tokens`, {
    method: 'POST',
    body: JSON.stringify({ email: 'exporter@outhaul.test' }),
    headers: { 'Content-Type': 'application/json' },
  });
  return (await answer.json()).access_token;
}

/** A secret of this machine; it stays with the data, so that equal values stay masked alike and sessions go on. */
function secretIn(folder, name) {
  const file = join(folder, name);
  try {
    writeFileSync(file, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8').trim();
}

function readArguments() {
  try {
    return parseArgs({ options });
  } catch (error) {
    console.error(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
}
