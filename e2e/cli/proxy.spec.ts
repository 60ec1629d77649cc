import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { directSettings } from '../support/direct-settings';
import { LocalCloudProcess } from '../support/local-cloud';
import { runCli } from '../support/running-process';

/** A proxy that alone knows the way: whatever it is asked to reach, it tunnels to the local cloud. */
let cloud: LocalCloudProcess;
let proxy: Server;
let targets: string[];
const sockets = new Set<Socket>();
beforeAll(async () => {
  cloud = await LocalCloudProcess.start();
  proxy = createServer();
  proxy.on('connect', (request, client: Socket) => {
    targets.push(request.url ?? '');
    const upstream = connect(cloud.port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => undefined));
  });
  await listen(proxy);
  const closed = createServer();
  nowhere = `https://localhost:${await listen(closed)}`;
  await new Promise((resolve) => closed.close(resolve));
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  proxy.close();
  await cloud.stop();
});
beforeEach(() => void (targets = []));

/** Nothing listens there. */
let nowhere: string;
const env = async (more: Readonly<Record<string, string>> = {}) => ({
  HOME: cloud.folder,
  NO_COLOR: '1',
  NODE_EXTRA_CA_CERTS: join(cloud.dataDir, 'tls/certificate.pem'),
  HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
  OUTHAUL_DIRECT: '1',
  ...(await directSettings(cloud.url)),
  OUTHAUL_BIGQUERY_ENDPOINT: nowhere,
  OUTHAUL_STORAGE_ENDPOINT: nowhere,
  OUTHAUL_TOKENINFO_ENDPOINT: `${nowhere}/tokeninfo`,
  ...more,
});

it('plans, runs, verifies and downloads through HTTPS_PROXY alone', async () => {
  const folder = join(cloud.folder, 'airports');
  const args = ['export', 'samples.airports', '-f', 'parquet', '--download', folder];
  const { code, stderr } = await runCli(args, await env());
  expect([code, stderr]).toEqual([0, expect.stringContaining('every checksum right')]);
  expect(new Set(targets)).toEqual(new Set([new URL(nowhere).host]));
  expect(await runCli(['verify', folder], {})).toMatchObject({ code: 0 });
  rmSync(folder, { recursive: true });
});

it('goes past the proxy where NO_PROXY says so', async () => {
  const straight = `https://localhost:${cloud.port}`;
  const { code, stdout } = await runCli(
    ['export', 'samples.airports', '-f', 'csv', '-o', '-'],
    await env({
      NO_PROXY: 'localhost',
      OUTHAUL_BIGQUERY_ENDPOINT: straight,
      OUTHAUL_STORAGE_ENDPOINT: straight,
      OUTHAUL_TOKENINFO_ENDPOINT: `${straight}/tokeninfo`,
    }),
  );
  expect([code, stdout.split('\n').length, targets]).toEqual([0, 3_378, []]);
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
