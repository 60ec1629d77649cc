import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const image = `europe-west1-docker.pkg.dev/p/outhaul/outhaul@sha256:${'0'.repeat(64)}`;
const earlier = image.replace('0'.repeat(64), '1'.repeat(64));
let folder: string;
let server: Server;
let healthy: () => boolean;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outhaul-rollout-'));
  healthy = () => true;
  server = createServer((_request, response) => {
    response.writeHead(healthy() ? 200 : 503, { 'Content-Type': 'application/json' });
    response.end('{"status":"alive"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A `gcloud` that writes down what it is told; `revision` is what becomes ready after an update. */
function fakeGcloud(revision: string, failing?: string): () => string[] {
  const log = join(folder, 'calls');
  const program = join(folder, 'gcloud');
  writeFileSync(
    program,
    `#!/bin/sh
echo "$@" >> ${log}
case "$*" in
  *status.traffic*) echo '{"status":{"traffic":[{"revisionName":"old-1","percent":100}]}}';;
  *latestReadyRevisionName*) echo ${revision};;
  *spec.containers*) echo ${earlier};;
  *"${failing ?? 'nothing fails'}"*) exit 1;;
esac
`,
  );
  chmodSync(program, 0o755);
  return () =>
    readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line.includes('update-traffic'))
      .map((line) => /--to-(?:revisions (\S+)|latest)/.exec(line)?.[1] ?? 'latest');
}

/** The images that the service was set to. */
const updates = () =>
  [...readFileSync(join(folder, 'calls'), 'utf8').matchAll(/services update .*--image (\S+)/g)].map(
    ([, set]) => set,
  );

function rollout(...more: string[]): Promise<{ code: number; output: string }> {
  const args = ['--service', 'outhaul-api', '--region', 'r', '--image', image, ...more];
  return new Promise((resolve) =>
    execFile(
      process.execPath,
      [join(__dirname, 'rollout.mjs'), ...args, '--settle-seconds', '0.2'],
      { env: { ...process.env, PATH: `${folder}:${process.env['PATH']}` } },
      (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    ),
  );
}
const healthUrl = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/health`;

it('gives a healthy revision a tenth of the traffic, then all, and pins nothing', async () => {
  const traffic = fakeGcloud('new-2');
  expect((await rollout('--health-url', healthUrl())).code).toBe(0);
  expect(traffic()).toEqual(['new-2=10,old-1=90', 'new-2=100', 'latest']);
});

it('goes back when the service stops responding well, and makes the earlier image the newest', async () => {
  const traffic = fakeGcloud('new-2');
  healthy = () => false;
  const { code, output } = await rollout('--health-url', healthUrl());
  expect([code, output]).toEqual([1, expect.stringContaining('back to old-1')]);
  expect(traffic()).toEqual(['new-2=10,old-1=90', 'old-1=100', 'latest']);
  expect(updates()).toEqual([image, earlier]);
});

it('goes back when the new revision does not get ready', async () => {
  const traffic = fakeGcloud('old-1');
  expect((await rollout('--health-url', healthUrl())).code).toBe(1);
  expect(traffic()).toEqual(['old-1=100', 'latest']);
});

it('says what stays pinned when the earlier image cannot be set', async () => {
  const traffic = fakeGcloud('new-2', `update outhaul-api --image ${earlier}`);
  healthy = () => false;
  const { code, output } = await rollout('--health-url', healthUrl());
  expect([code, output]).toEqual([1, expect.stringContaining('stays pinned to old-1')]);
  expect(traffic()).toEqual(['new-2=10,old-1=90', 'old-1=100']);
});

it('takes no image by its tag', async () => {
  fakeGcloud('new-2');
  const args = ['--image', 'europe-west1-docker.pkg.dev/p/outhaul/outhaul:latest'];
  expect((await rollout('--health-url', healthUrl(), ...args)).code).toBe(2);
});
