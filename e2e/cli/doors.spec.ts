import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FrontDoor, type FrontDoorOptions, iapClientId } from '../support/front-door.js';
import { mintToken } from '../support/person.js';
import { type Finished, runCli } from '../support/running-process.js';
import { WholeSystem } from '../support/whole-system.js';

const service = 'outhaul-service@outhaul-local.iam.gserviceaccount.com';
const exporter = 'exporter@outhaul.test';

let system: WholeSystem;
let home: string;
let door: FrontDoor;
/** An access token of the exporter: for Outhaul, not for the door. */
let accessToken: string;
beforeAll(async () => {
  system = await WholeSystem.startEnforced();
});
afterAll(() => system?.stop());
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'outhaul-home-'));
  accessToken = await mintToken(system.cloudUrl, exporter);
});
afterEach(() => {
  door.stop();
  rmSync(home, { recursive: true, force: true });
});

const open = async (kind: FrontDoorOptions['kind'], members = [service]) => {
  door = await FrontDoor.start({ kind, target: system.url, issuer: system.cloudUrl, members });
};
const keyFile = () => join(system.folder, 'data', 'service-account.json');
const cli = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  runCli(args, {
    PATH: '/nowhere',
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    OUTHAUL_SERVER: door.url,
    OUTHAUL_TOKEN: accessToken,
    NO_COLOR: '1',
    ...more,
  });
const byKey = (...args: string[]): Promise<Finished> =>
  cli(args, { GOOGLE_APPLICATION_CREDENTIALS: keyFile() });

/** A gcloud that has signed in a person: it prints the same identity token for any command without an audience. */
async function gcloudOf(
  email: string,
  audience: string,
): Promise<Readonly<Record<string, string>>> {
  const answer = await fetch(`${system.cloudUrl}/_local/identity-tokens`, {
    method: 'POST',
    body: JSON.stringify({ email, audience }),
    headers: { 'Content-Type': 'application/json' },
  });
  const { id_token: token } = (await answer.json()) as { id_token: string };
  const file = join(home, 'gcloud');
  const script = `case "$*" in *audiences*) exit 1;; *print-identity-token*) echo ${token};; *) exit 1;; esac`;
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o700);
  return { PATH: `${home}:/bin:/usr/bin` };
}

describe.each([
  ['cloud-run', 'x-serverless-authorization'],
  ['iap', 'proxy-authorization'],
] as const)('behind %s', (kind, header) => {
  it('exports and downloads with a service account’s identity token beside the access token', async () => {
    await open(kind);
    const folder = join(home, 'airports');
    const done = await byKey('export', 'samples.airports', '-f', 'parquet', '--download', folder);
    expect([done.code, done.stderr]).toEqual([0, expect.stringContaining('every checksum right')]);
    expect(door.passed.map(({ authorization }) => authorization)).toContain(
      `Bearer ${accessToken}`,
    );
    const signed = door.passed.filter((headers) => /\.[\w-]{100,}$/.test(String(headers[header])));
    expect(signed).toEqual([]);
  });

  it('says whom the door wants when no identity token can be found', async () => {
    await open(kind);
    const { code, stderr } = await cli(['datasets']);
    expect([code, stderr]).toEqual([
      4,
      expect.stringMatching(
        kind === 'iap'
          ? /The Identity-Aware Proxy is in front of/
          : /Cloud Run’s IAM is in front of/,
      ),
    ]);
    expect(stderr).toMatch(/GOOGLE_APPLICATION_CREDENTIALS[\s\S]*docs\/cli\.md/);
    expect(door.passed).toEqual([]);
  });

  it('names the role of a caller whom the door knows and does not let in', async () => {
    await open(kind, []);
    expect(await byKey('datasets')).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/run\.invoker|iap\.httpsResourceAccessor/),
    });
  });

  it('tells when a token is made for another audience', async () => {
    await open(kind);
    expect(
      await cli(['datasets'], {
        GOOGLE_APPLICATION_CREDENTIALS: keyFile(),
        OUTHAUL_IDENTITY_AUDIENCE: 'https://another.example',
      }),
    ).toMatchObject({ code: 4, stderr: expect.stringContaining('OUTHAUL_IDENTITY_AUDIENCE') });
  });

  it('refuses an access token, which is no identity token', async () => {
    await open(kind);
    const answer = await fetch(`${door.url}/api/v1/me`, {
      headers: { Authorization: `Bearer ${accessToken}` },
      redirect: 'manual',
    });
    expect([answer.status, door.passed]).toEqual([401, []]);
  });

  it('tries gcloud’s account when the token before it is not taken', async () => {
    await open(kind, [exporter]);
    const gcloud = await gcloudOf(exporter, kind === 'iap' ? iapClientId : door.url);
    const { code, stdout } = await cli(['whoami'], {
      ...gcloud,
      OUTHAUL_IDENTITY_TOKEN: 'not-one-of-google',
    });
    expect([code, stdout]).toEqual([0, expect.stringContaining(exporter)]);
  });
});

it('shows the identity token of `outhaul login` to a door that takes the command’s client', async () => {
  await open('iap', [exporter]);
  door.audiences = [iapClientId, 'outhaul-cli'];
  const answer = await fetch(`${system.cloudUrl}/_local/identity-tokens`, {
    method: 'POST',
    body: JSON.stringify({ email: exporter, audience: 'outhaul-cli' }),
    headers: { 'Content-Type': 'application/json' },
  });
  const { id_token: idToken } = (await answer.json()) as { id_token: string };
  const config = join(home, 'config', 'outhaul');
  mkdirSync(config, { recursive: true });
  const kept = { issuer: system.cloudUrl, clientId: 'outhaul-cli', email: exporter };
  const tokens = { accessToken, accessEndsAt: Date.now() + 3_600_000, idToken };
  writeFileSync(
    join(config, 'credentials.json'),
    JSON.stringify({ [door.url]: { ...kept, ...tokens } }),
  );
  expect(await cli(['whoami'], { OUTHAUL_TOKEN: '' })).toMatchObject({ code: 0 });
  expect(readFileSync(join(config, 'credentials.json'), 'utf8')).toContain(idToken);
});
