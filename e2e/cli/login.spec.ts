import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CookieBrowser } from '../support/cookie-browser.js';
import { schemaFaults } from '../support/command-schemas.js';
import { type Finished, runCli } from '../support/running-process.js';
import { WholeSystem } from '../support/whole-system.js';

const outhaul = join(__dirname, '../../apps/cli/bin/outhaul.mjs');
const exporter = 'exporter@outhaul.test';

let system: WholeSystem;
beforeAll(async () => {
  // The local cloud's service account is a client by its own number.
  system = await WholeSystem.startEnforced({
    OUTHAUL_CLIENT_IDS: 'outhaul-cli,100000000000000000009',
  });
});
afterAll(() => system?.stop());

/** A home of its own for each test, so that nobody's credentials are found. */
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'outhaul-home-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const env = (more: Readonly<Record<string, string>> = {}) => ({
  PATH: '/nowhere',
  HOME: home,
  XDG_CONFIG_HOME: join(home, 'config'),
  OUTHAUL_SERVER: system.url,
  NO_COLOR: '1',
  ...more,
});
const cli = (...args: string[]): Promise<Finished> => runCli(args, env());
const kept = join('config', 'outhaul', 'credentials.json');
const readKept = () =>
  JSON.parse(readFileSync(join(home, kept), 'utf8')) as Record<string, Record<string, unknown>>;

const tokenInfoOf = async (all: ReturnType<typeof readKept>): Promise<number> => {
  const body = new URLSearchParams({ access_token: String(all[system.url]?.['accessToken']) });
  return (await fetch(`${system.cloudUrl}/tokeninfo`, { method: 'POST', body })).status;
};

/** A command that waits for a person; `said` is all that it has written so far. */
function begin(...args: string[]) {
  const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [outhaul, ...args], {
    env: env(),
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (said += text.toString()));
  const code = new Promise<number | null>((done) => child.once('close', done));
  const until = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const [, found] = pattern.exec(said) ?? [];
      if (found) return found;
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${said}`);
      await new Promise((done) => setTimeout(done, 20));
    }
  };
  return { until, ended: async () => ({ code: await code, said }) };
}

async function signInByBrowser(): Promise<string> {
  const login = begin('login', '--no-browser');
  const url = await login.until(/(http:\S+)\n/);
  const browser = new CookieBrowser(new URL(url).origin);
  const chooser = await browser.open(url);
  expect(await browser.open(chooser.url, { email: exporter })).toMatchObject({
    status: 200,
    text: expect.stringContaining('go on in the terminal'),
  });
  const { code, said } = await login.ended();
  expect([code, said]).toEqual([
    0,
    expect.stringContaining(`${exporter}\nSigned in, as exporter.`),
  ]);
  return said;
}

it('signs in by the browser, and keeps the tokens where nobody else can read them', async () => {
  const said = await signInByBrowser();
  expect(await cli('whoami')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^exporter@outhaul\.test\nby outhaul login\n/),
  });
  expect(statSync(join(home, kept)).mode & 0o777).toBe(0o600);
  expect(statSync(join(home, 'config', 'outhaul')).mode & 0o777).toBe(0o700);
  expect(readdirSync(join(home, 'config', 'outhaul'))).toEqual(['credentials.json']);
  const { accessToken, refreshToken } = readKept()[system.url] ?? {};
  const everything = said + system.apiOutput();
  for (const secret of [accessToken, refreshToken]) {
    expect(String(secret)).toMatch(/.{20}/);
    expect(everything).not.toContain(secret);
  }
});

it('renews a token that is about to end, and asks to sign in when it cannot', async () => {
  await signInByBrowser();
  const before = readKept();
  const mine = before[system.url] ?? {};
  writeFileSync(
    join(home, kept),
    JSON.stringify({ [system.url]: { ...mine, accessToken: 'old', accessEndsAt: 1 } }),
  );
  expect(await cli('datasets', '--json')).toMatchObject({ code: 0 });
  const renewed = readKept()[system.url] ?? {};
  expect(renewed['accessEndsAt']).toBeGreaterThan(Date.now());
  expect(renewed['accessToken']).not.toBe(mine['accessToken']);
  writeFileSync(
    join(home, kept),
    JSON.stringify({ [system.url]: { ...renewed, refreshToken: 'gone', accessEndsAt: 1 } }),
  );
  expect(await cli('datasets')).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('outhaul login'),
  });
});

it('signs out here alone, and everywhere when that is asked for', async () => {
  await signInByBrowser();
  const elsewhere = readKept();
  const whoElse = (): Promise<Finished> =>
    runCli(['whoami'], env({ OUTHAUL_TOKEN: String(elsewhere[system.url]?.['accessToken']) }));
  await signInByBrowser();
  expect(await cli('logout')).toMatchObject({ code: 0 });
  expect(await whoElse()).toMatchObject({ code: 0 });
  await signInByBrowser();
  expect(await cli('logout', '--everywhere')).toMatchObject({ code: 0 });
  expect(await tokenInfoOf(elsewhere)).toBe(400);
});

it('is signed out without the kept tokens', async () => {
  await signInByBrowser();
  const { accessToken } = readKept()[system.url] ?? {};
  expect(await cli('logout')).toMatchObject({ code: 0 });
  expect(readKept()).toEqual({});
  expect(await cli('whoami')).toMatchObject({ code: 4 });
  const again = await runCli(['whoami'], env({ OUTHAUL_TOKEN: 'canary-token-0123456789' }));
  expect(again.code).toBe(4);
  expect(again.stdout + again.stderr).not.toContain('canary-token');
  expect(typeof accessToken).toBe('string');
});

it('signs in without a browser, by a code', async () => {
  const login = begin('login', '--device');
  const page = await login.until(/Open (\S+) anywhere/);
  const code = await login.until(/the code (\S+)/);
  const browser = new CookieBrowser(new URL(page).origin);
  const form = await browser.open(page);
  const field = (text: string, name: string) =>
    new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? '';
  const xsrf = field(form.text, 'xsrf');
  const confirm = await browser.open(page, { xsrf, user_code: code });
  const chooser = await browser.open(page, {
    xsrf: field(confirm.text, 'xsrf') || xsrf,
    user_code: code,
    confirm: 'yes',
  });
  await browser.open(chooser.url, { email: exporter });
  expect(await login.ended()).toMatchObject({ code: 0 });
  expect(await cli('whoami')).toMatchObject({ code: 0, stdout: expect.stringContaining(exporter) });
});

it('finds Application Default Credentials, and gcloud’s account', async () => {
  const file = join(system.folder, 'data', 'service-account.json');
  const byFile = await runCli(['whoami'], env({ GOOGLE_APPLICATION_CREDENTIALS: file }));
  expect(byFile).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`by Application Default Credentials (${file})`),
  });
  const { token } = await system.as('viewer');
  const fake = join(home, 'gcloud');
  writeFileSync(fake, `#!/bin/sh\necho ${token}\n`);
  chmodSync(fake, 0o700);
  expect(await runCli(['whoami'], env({ PATH: `${home}:/bin:/usr/bin` }))).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^viewer@outhaul\.test\nby gcloud\n/),
  });
});

it.each(['external_account', 'external_account_authorized_user'])(
  'says of a pool’s identity (%s) what to use instead, with a service and without',
  async (type) => {
    const file = join(home, 'pool.json');
    const audience = '//iam.googleapis.com/locations/global/workforcePools/p/providers/q';
    writeFileSync(file, JSON.stringify({ type, audience }));
    const of = { GOOGLE_APPLICATION_CREDENTIALS: file, OUTHAUL_PROJECT: 'outhaul-local' };
    for (const args of [['whoami'], ['datasets', '--direct']])
      expect(await runCli(args, env(of))).toMatchObject({
        code: 4,
        stderr: expect.stringMatching(/workload identity’s[\s\S]*--service-account=EMAIL/),
      });
  },
);

it('never sends Google’s credentials over a line that others can read', async () => {
  const fake = join(home, 'gcloud');
  writeFileSync(fake, `#!/bin/sh\ntouch "${home}/asked"\necho token\n`);
  chmodSync(fake, 0o700);
  await runCli(['whoami', '--server', 'http://outhaul.invalid'], env({ PATH: `${home}:/bin` }));
  expect(readdirSync(home)).not.toContain('asked');
});

it('writes login, whoami, access review and logout in JSON as their schemas say', async () => {
  const login = spawn(process.execPath, [outhaul, 'login', '--no-browser', '--json'], {
    env: env(),
  });
  let [stdout, stderr] = ['', ''];
  login.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  login.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  const ended = new Promise((done) => login.once('close', done));
  while (!/http:\S+\n/.test(stderr)) await new Promise((done) => setTimeout(done, 20));
  const [url = ''] = /http:\S+/.exec(stderr) ?? [];
  const browser = new CookieBrowser(new URL(url).origin);
  const chooser = await browser.open(url);
  await browser.open(chooser.url, { email: 'admin@outhaul.test' });
  expect([await ended, schemaFaults('login', stdout)]).toEqual([0, []]);
  for (const [name, ...args] of [['whoami'], ['access', 'review'], ['activity'], ['logout']]) {
    const { code, stdout: written } = await cli(name ?? '', ...args, '--json');
    expect([name, code, schemaFaults(name ?? '', written)]).toEqual([name, 0, []]);
  }
});
