import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const root = join(__dirname, '..');
const digest = `sha256:${'a'.repeat(64)}`;
const stacks = mkdtempSync(join(tmpdir(), 'outhaul-stacks-'));
let folder: string;
let server: Server;
let held: (asked: string[]) => string[];

beforeAll(() => {
  // The stack's own reading of a configuration; the tools ask nx for it.
  if (!existsSync(join(root, 'infra/cdktf/dist/deployment.js')))
    execFileSync(
      process.execPath,
      [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'infra/cdktf/tsconfig.build.json'],
      { cwd: root },
    );
});
afterAll(() => rmSync(stacks, { recursive: true, force: true }));
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outhaul-setup-'));
  mkdirSync(join(folder, 'bin'));
  held = (asked) => asked;
  for (const name of ['gcloud', 'terraform', 'node', 'nx']) standIn(name);
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (piece: Buffer) => (text += piece.toString()));
    request.on('end', () => {
      const { permissions } = JSON.parse(text) as { permissions: string[] };
      expect([request.method, request.url, request.headers.authorization]).toEqual([
        'POST',
        '/v1/projects/acme-data-prod:testIamPermissions',
        'Bearer a-token',
      ]);
      response.end(JSON.stringify({ permissions: held(permissions) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/**
 * A program that notes each call, keeps what it was told to create as a file below `made`, and finds only that. The call
 * whose number is in `fail-at` fails, as it does when a connection is lost.
 */
function standIn(name: string): void {
  const program = join(folder, 'bin', name);
  writeFileSync(
    program,
    `#!${process.execPath}
const { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const folder = ${JSON.stringify(folder)};
const name = ${JSON.stringify(name)};
const args = process.argv.slice(2);
const line = [name, ...args].join(' ');
const calls = folder + '/calls';
appendFileSync(calls, line + '\\n');
const count = readFileSync(calls, 'utf8').split('\\n').length - 1;
if (existsSync(folder + '/fail-at') && Number(readFileSync(folder + '/fail-at', 'utf8')) === count) process.exit(1);
const made = (what) => folder + '/made/' + what.replaceAll(/[^a-z0-9-]/gi, '_');
const make = (what, text = '') => (mkdirSync(folder + '/made', { recursive: true }), writeFileSync(made(what), text));
const found = (what, text) => existsSync(made(what)) ? console.log(text) : process.exit(1);
const has = (...words) => words.every((word) => args.includes(word));
const after = (flag) => (args.find((each) => each.startsWith(flag + '=')) ?? '').slice(flag.length + 1);
if (name === 'gcloud') {
  if (has('auth', 'list')) console.log('me@example.com');
  else if (has('print-access-token')) console.log('a-token');
  else if (has('billing')) console.log('True');
  else if (has('org-policies')) existsSync(folder + '/policy-' + args[2])
    ? console.log('{"spec":{"rules":[{"enforce":true}]}}') : process.exit(1);
  else if (has('secrets', 'versions', 'describe')) found('version-' + after('--secret'), 'there');
  else if (has('secrets', 'describe')) found('secret-' + args[args.indexOf('describe') + 1], 'there');
  else if (has('secrets', 'create')) make('secret-' + args[2]);
  else if (has('secrets', 'versions', 'add')) make('version-' + args[3], readFileSync(0, 'utf8'));
  else if (has('buckets', 'describe')) found(args[3], 'there');
  else if (has('buckets', 'create')) make(args[3]);
  else if (has('storage', 'ls')) console.log('gs://something');
  else if (has('builds', 'submit')) make('image');
  else if (has('artifacts')) found('image', ${JSON.stringify(digest)});
  else if (args[0] === '--version') console.log('Google Cloud SDK 500.0.0');
}
if (name === 'terraform') {
  if (has('version')) console.log('{"terraform_version":"1.11.4"}');
  else if (has('output')) console.log(JSON.stringify({ address: { value: 'https://outhaul' }, redirect_address: { value: 'https://outhaul/auth/callback' } }));
  else if (has('state', 'list')) console.log('google_storage_bucket.records_audit_1\\ngoogle_storage_bucket.files_1\\ngoogle_logging_project_bucket_config.audit_bucket_1');
}
if (name === 'node' && process.env.OUTHAUL_STACK) {
  JSON.parse(readFileSync(process.env.OUTHAUL_STACK, 'utf8'));
  make('synthesized', readFileSync(process.env.OUTHAUL_STACK, 'utf8'));
  // The real stack is written: what Terraform is asked for is named in it. The same configuration gives the same one.
  const key = require('node:crypto').createHash('sha256').update(readFileSync(process.env.OUTHAUL_STACK)).digest('hex');
  const kept = ${JSON.stringify(stacks)} + '/' + key;
  if (!existsSync(kept)) {
    require('node:child_process').execFileSync(${JSON.stringify(process.execPath)}, args, { stdio: 'ignore' });
    require('node:fs').cpSync('cdktf.out', kept, { recursive: true });
  } else require('node:fs').cpSync(kept, 'cdktf.out', { recursive: true });
}
`,
  );
  chmodSync(program, 0o755);
}

const calls = (): string[] =>
  existsSync(join(folder, 'calls'))
    ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n')
    : [];
/** What a run told others to do, without its questions. */
const changes = (): string[] =>
  calls().filter(
    (each) =>
      !/ (describe|list|ls|print-access-token|output)( |$)|^gcloud --version|^terraform version|^nx /.test(
        each,
      ),
  );

interface Ended {
  readonly code: number;
  readonly output: string;
}
function run(tool: 'setup' | 'teardown' | 'deploy', args: string[], typed = ''): Promise<Ended> {
  const child = spawn(process.execPath, [join(root, 'tools', `${tool}.mjs`), ...args], {
    cwd: root,
    env: {
      ...process.env,
      PATH: [join(folder, 'bin'), process.env['PATH']].join(delimiter),
      CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    },
  });
  child.stdin.end(typed);
  let output = '';
  child.stdout.on('data', (piece: Buffer) => (output += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => (output += piece.toString()));
  return new Promise((resolve) =>
    child.on('close', (code) => resolve({ code: code ?? 1, output })),
  );
}

const config = () => join(folder, 'my.json');
const given = () => [
  ...['--project', 'acme-data-prod', '--region', 'europe-west1', '--config', config()],
  ...['--admin', 'group:admins@example.com', '--email', 'ops@example.com'],
  ...['--web-client', 'web.apps.example', '--desktop-client', 'desktop.apps.example', '--yes'],
];
const clientSecrets = 'web-hunter2\ndesktop-hunter2\n';
const setup = () => run('setup', given(), clientSecrets);

const inOrder = [
  /^gcloud services enable .*run\.googleapis\.com.*cloudbuild\.googleapis\.com/,
  /^gcloud storage buckets create gs:\/\/acme-data-prod-terraform/,
  /^gcloud storage buckets update gs:\/\/acme-data-prod-terraform --versioning/,
  /^gcloud secrets create outhaul-client-secret/,
  /^gcloud secrets versions add outhaul-client-secret .*--data-file=-$/,
  /^gcloud secrets create outhaul-session-secrets/,
  /^gcloud secrets versions add outhaul-session-secrets/,
  /^gcloud secrets create outhaul-command-secret/,
  /^gcloud secrets versions add outhaul-command-secret/,
  /^gcloud secrets create outhaul-mask-key/,
  /^gcloud secrets versions add outhaul-mask-key/,
  /^node --no-deprecation dist\/main\.js$/,
  /^terraform -chdir=\S+ init/,
  /^terraform -chdir=\S+ plan .*-target=google_artifact_registry_repository\.registry_images/,
  /^terraform -chdir=\S+ apply -input=false outhaul\.tfplan$/,
  /^gcloud builds submit --project=acme-data-prod --tag=europe-west1-docker\.pkg\.dev\/acme-data-prod\/outhaul\/outhaul:/,
  /^node --no-deprecation dist\/main\.js$/,
  /^terraform -chdir=\S+ init/,
  /^terraform -chdir=\S+ plan -input=false -out=outhaul\.tfplan$/,
  /^terraform -chdir=\S+ apply -input=false outhaul\.tfplan$/,
];

it('goes from an empty project to a deployment, each call in its order', async () => {
  const { code, output } = await setup();
  expect([code, output]).toEqual([0, expect.stringContaining('https://outhaul/auth/callback')]);
  expect(changes()).toEqual(inOrder.map((each) => expect.stringMatching(each)));
  const { image } = JSON.parse(readFileSync(config(), 'utf8')) as { image: string };
  expect(image).toBe(`europe-west1-docker.pkg.dev/acme-data-prod/outhaul/outhaul@${digest}`);
});

it('keeps secrets out of arguments, of what it prints, and of the configuration', async () => {
  const { output } = await setup();
  const everywhere = [output, ...calls(), readFileSync(config(), 'utf8')].join('\n');
  expect(readFileSync(join(folder, 'made/version-outhaul-client-secret'), 'utf8')).toBe(
    'web-hunter2',
  );
  expect(readFileSync(join(folder, 'made/version-outhaul-command-secret'), 'utf8')).toBe(
    'desktop-hunter2',
  );
  expect(everywhere).not.toContain('hunter2');
  for (const name of ['version-outhaul-session-secrets', 'version-outhaul-mask-key']) {
    const made = readFileSync(join(folder, 'made', name), 'utf8');
    expect(made).toMatch(/^[\x21-\x7e]{32,64}$/);
    expect(everywhere).not.toContain(made);
  }
});

it('creates nothing twice when it is repeated', async () => {
  await setup();
  rmSync(join(folder, 'calls'));
  expect((await run('setup', given())).code).toBe(0);
  expect(
    changes().filter((each) => /create|versions add|builds submit|-target/.test(each)),
  ).toEqual([]);
});

it('ends in the same state after it was interrupted at any of its calls', async () => {
  await setup();
  const whole = calls().length;
  const made = readdirSync(join(folder, 'made')).sort();
  for (let at = 2; at <= whole; at += 9) {
    for (const each of ['made', 'calls', 'my.json'])
      rmSync(join(folder, each), { recursive: true, force: true });
    writeFileSync(join(folder, 'fail-at'), String(at));
    await setup();
    rmSync(join(folder, 'fail-at'));
    const { code, output } = await setup();
    expect([at, code, output]).toEqual([at, 0, expect.stringContaining('Done')]);
    expect(readdirSync(join(folder, 'made')).sort()).toEqual(made);
  }
}, 300_000);

it('prints every command and runs none with --dry-run', async () => {
  const { code, output } = await run('setup', [...given(), '--dry-run']);
  expect(code).toBe(0);
  expect(calls().filter((each) => !each.startsWith('nx '))).toEqual([]);
  expect(existsSync(config())).toBe(false);
  const printed = output.split('\n').map((line) => line.trim());
  let from = 0;
  for (const each of inOrder) {
    const at = printed.findIndex(
      (line, index) =>
        index >= from && each.test(line.replace(/ < \(a secret\)$/, '').replaceAll("'", '')),
    );
    expect([String(each), at >= from]).toEqual([String(each), true]);
    from = at + 1;
  }
});

it('names all that is missing at once', async () => {
  held = (asked) => asked.filter((each) => !/^run\./.test(each));
  writeFileSync(
    join(folder, 'bin/terraform'),
    '#!/bin/sh\necho \'{"terraform_version":"1.5.0"}\'\n',
  );
  const old = await run('setup', given(), clientSecrets);
  expect([old.code, old.output]).toEqual([1, expect.stringContaining('Terraform 1.7 or newer')]);
  standIn('terraform');
  const poor = await run('setup', given(), clientSecrets);
  expect([poor.code, poor.output]).toEqual([
    1,
    expect.stringMatching(
      /Permissions in acme-data-prod .*run\.services\.create, run\.services\.setIamPolicy/,
    ),
  ]);
  expect(changes()).toEqual([]);
});

it('says which organization policy would refuse the door, and what to use instead', async () => {
  writeFileSync(join(folder, 'policy-run.managed.requireInvokerIam'), '');
  const { code, output } = await setup();
  expect([code, output]).toEqual([1, expect.stringContaining('use {"kind": "iap"}')]);
  expect(changes()).toHaveLength(1);
});

it('takes an image that was published, and builds none', async () => {
  const image = `europe-west1-docker.pkg.dev/shared/outhaul/outhaul@${digest}`;
  expect((await run('setup', [...given(), '--image', image], clientSecrets)).code).toBe(0);
  expect(calls().filter((each) => /builds submit|-target/.test(each))).toEqual([]);
  expect(JSON.parse(readFileSync(config(), 'utf8'))).toMatchObject({ image });
});

it('says what it would have asked when no one is there', async () => {
  const { code, output } = await run(
    'setup',
    given().filter((each) => each !== '--yes'),
    clientSecrets,
  );
  expect([code, output]).toEqual([1, expect.stringContaining('add --yes')]);
});

describe('taking it away', () => {
  const teardown = (change: object = {}) => {
    const settings = JSON.parse(readFileSync(config(), 'utf8')) as { retention?: object };
    writeFileSync(config(), JSON.stringify({ ...settings, ...change }));
    rmSync(join(folder, 'calls'));
    return run('teardown', [config(), '--yes']);
  };

  it('empties buckets with all versions, destroys, and deletes secrets and state', async () => {
    await setup();
    expect((await teardown()).code).toBe(0);
    expect(changes()).toEqual(
      [
        /^node /,
        /^terraform .* init/,
        /^gcloud storage buckets update gs:\/\/acme-data-prod-outhaul-audit --clear-retention-period/,
        /^gcloud storage rm --recursive --all-versions gs:\/\/acme-data-prod-outhaul-files-eu\/\*\*/,
        /^gcloud storage rm --recursive --all-versions gs:\/\/acme-data-prod-outhaul-records\/\*\*/,
        /^gcloud storage rm --recursive --all-versions gs:\/\/acme-data-prod-outhaul-audit\/\*\*/,
        /^terraform .* plan .*-destroy/,
        /^terraform .* apply -input=false outhaul\.tfplan/,
        /^gcloud secrets delete outhaul-client-secret/,
        /^gcloud secrets delete outhaul-session-secrets/,
        /^gcloud secrets delete outhaul-command-secret/,
        /^gcloud secrets delete outhaul-mask-key/,
        /^gcloud storage rm --recursive --all-versions gs:\/\/acme-data-prod-terraform\/outhaul\/\*\*/,
      ].map((each) => expect.stringMatching(each)),
    );
  });

  it('lifts the protection of services and keys first', async () => {
    await setup();
    expect((await teardown({ protect: true })).code).toBe(0);
    expect(changes().slice(0, 4)).toEqual(
      [/^node /, /init/, /plan -input=false -out=outhaul\.tfplan$/, /apply/].map((each) =>
        expect.stringMatching(each),
      ),
    );
    expect(JSON.parse(readFileSync(join(folder, 'made/synthesized'), 'utf8'))).toMatchObject({
      protect: false,
    });
  });

  it('leaves what is locked, takes it out of the state, and says how long it costs', async () => {
    await setup();
    const { code, output } = await teardown({ retention: { lockAudit: true, auditDays: 400 } });
    expect([code, output]).toEqual([
      0,
      expect.stringMatching(/stay, and are billed, until 400 days/),
    ]);
    const told = calls().join('\n');
    expect(told).toMatch(/state rm google_storage_bucket\.records_audit_1/);
    expect(told).toMatch(/state rm google_logging_project_bucket_config\.audit_bucket_1/);
    expect(told).not.toMatch(/rm .*outhaul-audit|clear-retention/);
  });
});

describe('docs/deploy.md', () => {
  const text = readFileSync(join(root, 'docs/deploy.md'), 'utf8');
  const steps = text.split(/^## /m).filter((each) => /^Step \d/.test(each));

  it('has at most eight steps by hand, numbered, each with what one sees at its end', () => {
    expect(steps.length).toBeLessThanOrEqual(8);
    steps.forEach((step, index) => expect(step).toMatch(new RegExp(`^Step ${index + 1}: `)));
    for (const step of steps) expect(step).toMatch(/\b(ends|shows|prints)\b/);
  });

  it('names scripts that exist, and options that they take', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    for (const [, script = ''] of text.matchAll(/npm run (\w+)/g))
      expect(Object.keys(scripts)).toContain(script);
    const [command = ''] = /npm run setup -- [^`]*?(?=```)/.exec(text) ?? [];
    const tool = readFileSync(join(root, 'tools/setup.mjs'), 'utf8');
    for (const [, option = ''] of command.matchAll(/--([a-z-]+)/g))
      expect(tool).toMatch(new RegExp(`\\b'?${option}'?: `));
  });
});
