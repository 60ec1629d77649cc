import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalCloudProcess } from '../support/local-cloud.js';

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A disk that takes no more, and how it takes more again. */
interface SmallDisk {
  readonly cloud: LocalCloudProcess;
  confine(): void;
  relieve(objects: readonly string[]): Promise<void>;
  end(): Promise<void>;
}

const project = '/bigquery/v2/projects/outhaul-local';
const objects = '/storage/v1/b/outhaul-local-files/o';

async function call({ url }: LocalCloudProcess, method: string, path: string, body?: unknown) {
  const isBytes = body instanceof Uint8Array;
  const response = await fetch(url + path, {
    method,
    ...(body === undefined ? {} : { body: (isBytes ? body : JSON.stringify(body)) as BodyInit }),
    headers: { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' },
  });
  const text = await response.text();
  return {
    status: response.status,
    body: (text.startsWith('{') ? JSON.parse(text) : {}) as Answer['body'],
  };
}

const query = (cloud: LocalCloudProcess, sql: string): Promise<Answer> =>
  call(cloud, 'POST', `${project}/queries`, { query: sql, useLegacySql: false, timeoutMs: 60_000 });

const upload = (cloud: LocalCloudProcess, name: string, sizeBytes: number): Promise<Answer> =>
  call(
    cloud,
    'POST',
    `/upload${objects}?uploadType=media&name=${name}`,
    new Uint8Array(randomBytes(sizeBytes)),
  );

const md5 = (content: Uint8Array): string => createHash('md5').update(content).digest('hex');

/** A resumable upload of 8 MiB, sent from an offset to its end. */
async function beginUpload({ url }: LocalCloudProcess, name: string) {
  const content = new Uint8Array(randomBytes(8 * 1024 * 1024));
  const begun = await fetch(`${url}/upload${objects}?uploadType=resumable&name=${name}`, {
    method: 'POST',
  });
  const session = begun.headers.get('location') ?? '';
  const put = (range: string, body?: Uint8Array<ArrayBuffer>): Promise<Response> =>
    fetch(session, {
      method: 'PUT',
      headers: { 'content-range': `bytes ${range}/${content.length}` },
      ...(body ? { body } : {}),
    });
  return {
    md5: md5(content),
    ask: () => put('*'),
    send: (from: number) => put(`${from}-${content.length - 1}`, content.slice(from)),
  };
}

const refused = {
  status: 503,
  body: {
    error: {
      code: 503,
      message: expect.stringContaining('The data folder cannot be written: ') as string,
      errors: [expect.objectContaining({ reason: 'backendError' }) as object],
    },
  },
};

/** A file system of its own with room for 48 MiB; undefined where this user may not mount one. */
async function tinyFileSystem(): Promise<SmallDisk | undefined> {
  const mountPoint = mkdtempSync(join(tmpdir(), 'small-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', mountPoint], {
      stdio: 'ignore',
    });
  } catch {
    rmdirSync(mountPoint);
    return undefined;
  }
  const cloud = await LocalCloudProcess.startBelow(mountPoint, '--no-samples');
  return {
    cloud,
    confine: () => undefined,
    async relieve(names) {
      for (const name of names) await call(cloud, 'DELETE', `${objects}/${name}`);
    },
    async end() {
      await cloud.stop();
      execFileSync('umount', [mountPoint]);
      rmSync(mountPoint, { recursive: true });
    },
  };
}

/** No file of the process may grow past 6 MiB and a little: the last write of a file is cut in its midst. */
async function limitedFiles(): Promise<SmallDisk> {
  const cloud = await LocalCloudProcess.start('--no-samples');
  const limit = (bytes: string): void =>
    void execFileSync('prlimit', ['--pid', String(cloud.pid), `--fsize=${bytes}:`]);
  return {
    cloud,
    confine: () => limit(String(6 * 1024 * 1024 + 1000)),
    relieve: async () => limit('unlimited'),
    end: () => cloud.stop(),
  };
}

async function losesNothing({ cloud, confine, relieve }: SmallDisk): Promise<void> {
  await call(cloud, 'POST', `${project}/datasets`, { datasetReference: { datasetId: 'd' } });
  await query(cloud, 'CREATE TABLE d.kept AS SELECT x FROM UNNEST(GENERATE_ARRAY(1, 1000)) AS x');
  expect((await upload(cloud, 'kept', 100_000)).status).toBe(200);
  const resumable = await beginUpload(cloud, 'resumed');
  confine();

  const filled: string[] = [];
  let answer: Answer;
  for (;;) {
    const name = `filler-${filled.length}`;
    answer = await upload(cloud, name, (1 + filled.length) * 1024 * 1024);
    if (answer.status !== 200) break;
    filled.push(name);
  }
  expect(answer).toMatchObject(refused);
  expect((await call(cloud, 'GET', `${objects}/filler-${filled.length}`)).status).toBe(404);

  expect((await resumable.send(0)).status).toBe(503);

  const large = `SELECT x, TO_HEX(SHA256(CAST(x AS STRING))) AS s FROM UNNEST(GENERATE_ARRAY(1, 1000000)) AS x`;
  expect(await query(cloud, `CREATE TABLE d.large AS ${large}`)).toMatchObject(refused);
  expect((await call(cloud, 'GET', `${project}/datasets/d/tables/large`)).status).toBe(404);
  let rows = 1000;
  for (let batch = 0; batch < 20; batch++) {
    const { status } = await call(cloud, 'POST', `${project}/datasets/d/tables/kept/insertAll`, {
      rows: Array.from({ length: 50 }, (_unused, x) => ({ json: { x } })),
    });
    expect([200, 503]).toContain(status);
    if (status === 200) rows += 50;
  }
  const count = await query(cloud, 'SELECT COUNT(*) FROM d.kept');
  if (count.status === 200) expect(count.body['rows']).toEqual([{ f: [{ v: String(rows) }] }]);
  else expect(count).toMatchObject(refused);

  await relieve(filled);
  const { headers } = await resumable.ask();
  const received = Number(/bytes=0-(\d+)/.exec(headers.get('range') ?? '')?.[1] ?? -1) + 1;
  expect((await resumable.send(received)).status).toBe(200);
  const inserted = await query(cloud, 'INSERT d.kept (x) VALUES (7)');
  expect(inserted).toMatchObject({ status: 200, body: { numDmlAffectedRows: '1' } });
  for (const restart of [async () => undefined, () => restartKilled(cloud)]) {
    await restart();
    const { body } = await query(cloud, 'SELECT COUNT(*) FROM d.kept');
    expect(body['rows']).toEqual([{ f: [{ v: String(rows + 1) }] }]);
    expect((await call(cloud, 'GET', `${objects}/kept`)).body['size']).toBe('100000');
    const media = await fetch(`${cloud.url}${objects}/resumed?alt=media`);
    expect(md5(new Uint8Array(await media.arrayBuffer()))).toBe(resumable.md5);
    expect((await call(cloud, 'GET', `${project}/datasets/d/tables/large`)).status).toBe(404);
  }
}

async function restartKilled(cloud: LocalCloudProcess): Promise<void> {
  await cloud.kill();
  await cloud.startAgain();
}

describe('the local cloud on a disk that takes no more', () => {
  it('refuses with 503, lives, and loses nothing, when its files may not grow', async () => {
    const disk = await limitedFiles();
    try {
      await losesNothing(disk);
    } finally {
      await disk.end();
    }
  });

  it('does the same when the file system is full', async () => {
    const disk = await tinyFileSystem();
    if (!disk) {
      process.stderr.write('Not shown: this user may not mount a small file system.\n');
      return;
    }
    try {
      await losesNothing(disk);
    } finally {
      await disk.end();
    }
  });
});
