import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const name = 'cold-start';
export const title = 'Cold start of the image’s files to the first answered request (median of 7)';

const rounds = 7;
const root = join(import.meta.dirname, '../..');

/** Starts exactly what the image holds, in a folder of its own, and asks until the first answer. */
export async function run(report) {
  const folder = mkdtempSync(join(tmpdir(), 'outhaul-image-'));
  const app = join(folder, 'app');
  try {
    execFileSync(process.execPath, [join(root, 'apps/api/stage-image.mjs'), app]);
    const times = [];
    for (let round = 0; round < rounds; round += 1) {
      // A fresh copy: nothing may be left of the last start.
      const fresh = join(folder, `round-${round}`);
      cpSync(app, fresh, { recursive: true });
      times.push(await startAndAsk(fresh));
    }
    const bare = Array.from({ length: rounds }, () => {
      const startedAt = performance.now();
      execFileSync(process.execPath, ['-e', '0']);
      return performance.now() - startedAt;
    });
    report.limit('start to first answer', times, 600, 'ms');
    report.note('node -e 0', bare.sort((a, b) => a - b)[rounds >> 1], 'ms');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startAndAsk(app) {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['main.mjs'], {
    cwd: app,
    env: {
      PORT: String(port),
      OUTHAUL_PROJECT: 'demo-project',
      OUTHAUL_FILES_BUCKETS: 'demo-files',
      OUTHAUL_RECORDS_BUCKET: 'demo-records',
      OUTHAUL_CLIENT_IDS: 'demo-client',
      OUTHAUL_CONSOLE_DIR: join(app, 'console'),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/api/health`).catch(() => undefined);
      if (answer?.ok) return performance.now() - startedAt;
      if (child.exitCode !== null) throw new Error('The service ended at its start.');
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  } finally {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
