import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CliConfig, parseConfig } from '../config.js';
import { runCommand } from '../run-command.js';

const folder = mkdtempSync(join(tmpdir(), 'outhaul-trust-'));
const key = join(folder, 'adc.json');
/** Tokens that a program has seen which says that it wants Google's. */
const seen: (string | undefined)[] = [];
let written = '';
let server: Server;
let url = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.method === 'POST')
      return response.end(JSON.stringify({ access_token: 'of-google' }));
    if (request.headers.authorization) seen.push(request.headers.authorization);
    response.writeHead(200, { 'Content-Type': 'application/json' });
    const me = { email: 'a@example.com', role: 'viewer', permissions: [] };
    return response.end(
      JSON.stringify(request.url === '/api/v1/sign-in-options' ? { auth: 'google' } : me),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { generateKeyPairSync } = await import('node:crypto');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(
    key,
    JSON.stringify({
      type: 'service_account',
      client_email: 'a@example.com',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      private_key_id: 'k',
      token_uri: url,
    }),
  );
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  seen.length = 0;
  written = '';
  for (const stream of ['stdout', 'stderr'] as const)
    jest.spyOn(process[stream], 'write').mockImplementation((text) => {
      written += String(text);
      return true;
    });
});
afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = undefined;
});

function whoami(env: Record<string, string>, change: Partial<CliConfig> = {}, ...more: string[]) {
  const config = parseConfig({ XDG_CONFIG_HOME: folder, HOME: folder, PATH: '', ...env });
  return runCommand(['whoami', ...more], { ...config, ...change }, '1.2.3');
}

it('shows Google credentials to a service that the user has named', async () => {
  const env = { GOOGLE_APPLICATION_CREDENTIALS: key, OUTHAUL_SERVER: url };
  expect([await whoami(env), seen]).toEqual([0, ['Bearer of-google']]);
  expect([await whoami(env, {}, '--server', url), seen.length]).toEqual([0, 2]);
});

it('shows them neither to what listens at the default address nor to what was only typed', async () => {
  const env = { GOOGLE_APPLICATION_CREDENTIALS: key };
  expect(await whoami(env, { server: url })).toBe(4);
  expect(await whoami(env, {}, '--server', url)).toBe(4);
  expect(seen).toEqual([]);
  expect(written).toContain(`outhaul config server ${url}`);
});

it('sends OUTHAUL_TOKEN to a service that was typed or named, never to the default one', async () => {
  const env = { OUTHAUL_TOKEN: 'mine' };
  expect(await whoami(env, {}, '--server', url)).toBe(0);
  expect(await whoami({ ...env, OUTHAUL_SERVER: url })).toBe(0);
  expect(await whoami(env, { server: url })).toBe(4);
  expect(seen).toEqual(['Bearer mine', 'Bearer mine']);
});

it('sends no token over plain HTTP beyond this machine', async () => {
  const far = 'http://outhaul.invalid';
  expect(await whoami({ OUTHAUL_TOKEN: 'mine', OUTHAUL_SERVER: far })).toBe(4);
  expect(written).toContain('plain HTTP can be read');
  expect(
    await runCommand(['login', '--server', far], parseConfig({ XDG_CONFIG_HOME: folder }), '1'),
  ).toBe(4);
});
