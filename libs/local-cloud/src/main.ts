import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { provideThreads } from './bigquery/config.js';
import { defaultProjectId, startLocalCloud } from './local-cloud.js';
import { environmentLines } from './support/environment-lines.js';
import { renderSupport } from './support/support-matrix.js';

provideThreads();

const usage = `outhaul local [options]                     run the local cloud in the foreground
outhaul local load FILE dataset.table       make a table of a CSV, Parquet or JSON lines file
outhaul local support                       print what it supports

  --port N         port of everything (default 9050)
  --data DIR       where the data are kept (default .outhaul/local-cloud)
  --reset          begin with empty data
  --enforce        demand genuine tokens and check permissions (default: any token or none will do)
  --tasks-behind-iam  deliver tasks as Cloud Run's IAM lets them through: without their tokens' signatures
  --shard-bytes N  size at which extracts begin a new file (default 8 MiB)
  --single-file-bytes N  most data that an extract writes into one file (default 1 GiB)
  --streaming-buffer-ms N  how long streamed rows lie in the streaming buffer (default 3000)
  --strict-export-data  EXPORT DATA needs bigquery.tables.export on the tables that it reads
  --write-limit    take one write a second of each object, as Cloud Storage does
  --kept-upload-bytes N  most bytes of one request that a resumable upload keeps (default: all)
  --job-delay-ms N  how long each BigQuery job waits before it runs (default 0)
  --threads N      threads of the query engine, at most the machine's cores (default: all of them)
  --no-samples     do not fill the dataset samples`;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const refuse = (text: string): never => {
  process.stderr.write(`${text}\n`);
  process.exit(2);
};

const { values, positionals } = readArguments();

if (values.help) {
  say(usage);
} else if (positionals[0] === 'load') {
  const [, file, table] = positionals;
  if (!file || !table || positionals.length > 3) refuse(usage);
  else await load(file, table);
} else if (positionals[0] === 'support' && positionals.length === 1) {
  await printSupport();
} else if (positionals.length > 0) {
  refuse(usage);
} else {
  await serve();
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        port: { type: 'string', default: '9050' },
        data: { type: 'string', default: '.outhaul/local-cloud' },
        reset: { type: 'boolean', default: false },
        enforce: { type: 'boolean', default: false },
        'tasks-behind-iam': { type: 'boolean', default: false },
        'shard-bytes': { type: 'string' },
        'single-file-bytes': { type: 'string' },
        'kept-upload-bytes': { type: 'string' },
        'streaming-buffer-ms': { type: 'string' },
        'strict-export-data': { type: 'boolean', default: false },
        'write-limit': { type: 'boolean', default: false },
        'job-delay-ms': { type: 'string' },
        threads: { type: 'string' },
        'no-samples': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    return refuse(`${(error as Error).message}\n\n${usage}`);
  }
}

function readCount(
  option:
    | 'shard-bytes'
    | 'single-file-bytes'
    | 'kept-upload-bytes'
    | 'streaming-buffer-ms'
    | 'job-delay-ms'
    | 'threads',
  unit = 'bytes',
): number | undefined {
  const text = values[option];
  if (text !== undefined && !/^[1-9]\d{0,14}$/.test(text))
    refuse(`--${option} must be a number of ${unit}, not ${text}.`);
  return text === undefined ? undefined : Number(text);
}

async function serve(): Promise<void> {
  const port = Number(values.port);
  if (!/^\d{1,5}$/.test(values.port) || port > 65_535)
    refuse(`--port must be a port number, not ${values.port}.`);
  if (values.reset) await rm(values.data, { recursive: true, force: true });
  const cloud = await startLocalCloud({
    port,
    dataDir: values.data,
    enforce: values.enforce,
    tasksBehindIam: values['tasks-behind-iam'],
    shardBytes: readCount('shard-bytes'),
    singleFileBytes: readCount('single-file-bytes'),
    streamingBufferMs: readCount('streaming-buffer-ms', 'milliseconds'),
    strictExportData: values['strict-export-data'],
    keptUploadBytes: readCount('kept-upload-bytes'),
    writeLimit: values['write-limit'],
    jobDelayMs: readCount('job-delay-ms', 'milliseconds'),
    threads: readCount('threads', 'threads'),
    seed: !values['no-samples'],
    log: (line) => process.stderr.write(`${line}\n`),
  }).catch((error: NodeJS.ErrnoException) =>
    refuse(
      error.code === 'EADDRINUSE'
        ? `Port ${port} is in use. Choose another with --port.`
        : error.message,
    ),
  );
  if (process.send) process.send({ ready: true, url: cloud.url, openIdClient: cloud.openIdClient });
  else
    say(
      `The local cloud listens on ${cloud.url}. It is no Google Cloud: it stands in for one on this machine.
${
  values.enforce
    ? 'Tokens must be genuine, and permissions count.'
    : 'Any token or none will do, and everyone may do everything; --enforce changes that.'
}
${environmentLines({
  url: cloud.url,
  projectId: defaultProjectId,
  keyFile: resolve(values.data, 'service-account.json'),
  enforce: values.enforce,
})}`,
    );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void cloud.close().then(() => process.exit(0)));
  }
  // The launcher is gone without a word: nobody is left to end this process.
  process.once('disconnect', () => void cloud.close().then(() => process.exit(0)));
}

/** Hands the file to the running local cloud; starts none of its own. */
async function load(file: string, table: string): Promise<void> {
  if (!(await stat(file).catch(() => undefined))?.isFile()) refuse(`${file} is not a file.`);
  const query = new URLSearchParams({ name: basename(file), table });
  const response = await fetch(`http://127.0.0.1:${values.port}/_local/load?${query}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: Readable.toWeb(createReadStream(file)) as ReadableStream,
    duplex: 'half',
  } as RequestInit).catch(() =>
    refuse(
      `No local cloud answers on port ${values.port}. Start it with \`npm start\` or \`npx outhaul local\`, or name its port with --port.`,
    ),
  );
  const answer = (await response.json()) as {
    rowCount?: number;
    table?: string;
    error?: { message: string };
  };
  if (!response.ok) refuse(answer.error?.message ?? `The local cloud answered ${response.status}.`);
  say(`${answer.table} now has ${answer.rowCount} rows.`);
}

/** Prints SUPPORT.md, from the routes of a local cloud that is started for it and gone afterwards. */
async function printSupport(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'outhaul-support-'));
  const cloud = await startLocalCloud({ dataDir });
  process.stdout.write(renderSupport(cloud.routes));
  await cloud.close();
  await rm(dataDir, { recursive: true, force: true });
}
