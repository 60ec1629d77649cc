import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent } from 'undici';

const program = join(import.meta.dirname, '../../dist/libs/local-cloud/main.mjs');

/** The built local cloud over a fresh folder, on one port through all its lives. */
export class LocalCloudProcess {
  #child;
  #folder = mkdtempSync(join(tmpdir(), 'local-cloud-bench-'));
  #args;

  static async start(...args) {
    const cloud = new LocalCloudProcess();
    cloud.port = await freePort();
    cloud.url = `http://127.0.0.1:${cloud.port}`;
    cloud.#args = ['--port', String(cloud.port), '--data', join(cloud.#folder, 'data'), ...args];
    await cloud.startAgain();
    return cloud;
  }

  async startAgain() {
    this.#child = spawn(process.execPath, [program, ...this.#args], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [first] = await Promise.race([
      once(this.#child, 'message'),
      once(this.#child, 'exit').then(([code]) => [{ code }]),
    ]);
    if (!first.ready) throw new Error(`The local cloud ended with ${first.code}.`);
  }

  get pid() {
    return this.#child.pid;
  }

  async end(signal = 'SIGTERM') {
    const gone = once(this.#child, 'exit');
    this.#child.kill(signal);
    await gone;
  }

  async stop() {
    await this.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Calls over kept connections; rejects when there is no answer. */
export function caller(url, connections) {
  const dispatcher = new Agent({ connections, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  return {
    origin: url,
    async call(method, path, body, headers = {}) {
      const answer = await dispatcher.request({ origin: url, path, method, body, headers });
      const bytes = Buffer.from(await answer.body.arrayBuffer());
      return { status: answer.statusCode, bytes };
    },
    json(method, path, body) {
      const headers = { 'content-type': 'application/json' };
      return this.call(method, path, JSON.stringify(body), headers).then(({ status, bytes }) => ({
        status,
        body: bytes.length > 0 ? JSON.parse(bytes) : undefined,
      }));
    },
    close: () => dispatcher.destroy(),
  };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
