import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Storage } from '@google-cloud/storage';
import { call, startTestCloud, type TestCloud, upload } from '../testing/with-cloud.js';

const bucket = 'outhaul-local-files';
const objects = `/storage/v1/b/${bucket}/o`;
const jobs = '/bigquery/v2/projects/outhaul-local';

interface GoogleError {
  readonly error: {
    readonly code: number;
    readonly message: string;
    readonly errors: readonly { readonly reason: string }[];
  };
}

/** Each of these must get Google's error JSON, and the cloud must go on as if nothing had been. */
describe('bad input', () => {
  let outside: string;
  let cloud: TestCloud;
  const log: string[] = [];
  beforeAll(async () => {
    outside = await mkdtemp(join(tmpdir(), 'bad-input-'));
    await writeFile(join(outside, 'secret'), 'not yours');
    await mkdir(join(outside, 'data'));
    cloud = await startTestCloud({
      dataDir: join(outside, 'data'),
      log: (line) => log.push(line),
    });
    await upload(cloud, bucket, 'there', 'x'.repeat(1000));
  });
  afterEach(async () => {
    // It lives, has failed at nothing, and has touched nothing outside its folder.
    expect((await call(cloud, 'GET', `${objects}/there`)).status).toBe(200);
    expect(log.filter((line) => line.startsWith('error'))).toEqual([]);
    expect((await readdir(outside)).sort()).toEqual(['data', 'secret']);
    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('not yours');
  });
  afterAll(async () => {
    await cloud.close();
    await rm(outside, { recursive: true, force: true });
  });

  const expectError = (
    { status, body }: { status: number; body: unknown },
    code: number,
    reason?: string,
  ): void => {
    const { error } = body as GoogleError;
    expect([status, error.code, error.errors.length, typeof error.message]).toEqual([
      code,
      code,
      1,
      'string',
    ]);
    if (reason !== undefined) expect(error.errors[0]?.reason).toBe(reason);
  };

  describe('in names of objects', () => {
    it.each([
      ['parent folders', '../../secret'],
      ['an absolute path', '/etc/passwd'],
      ['encoded slashes', '..%2F..%2Fsecret'],
      ['NUL', 'a\0b'],
      ['escape sequences', '\x1b[2Jx'],
      ['right-to-left marks', 'a\u202eb'],
      ['a name and a folder at once', 'there/below'],
      ['1,024 bytes', 'é'.repeat(512)],
      ['a Windows device', 'CON'],
      ['dots and blanks at the end', 'x/. '],
    ])('keeps %s as the name they are', async (_what, name) => {
      expect((await upload(cloud, bucket, name, name)).status).toBe(200);
      const path = `${objects}/${encodeURIComponent(name)}`;
      expect((await call(cloud, 'GET', path)).body['name']).toBe(name);
      const media = await fetch(`${cloud.url}${path}?alt=media`);
      expect(await media.text()).toBe(name);
      const stored = await readdir(join(cloud.dataDir, 'storage', 'objects'), { recursive: true });
      expect(stored.every((file) => /^[\w-]+(\/[0-9a-f]+)?$/.test(file))).toBe(true);
      expect((await call(cloud, 'DELETE', path)).status).toBe(204);
    });

    it.each([
      ['nothing', ''],
      ['one dot', '.'],
      ['two dots', '..'],
      ['1,025 bytes', 'x'.repeat(1025)],
      ['a newline', 'a\nb'],
      ['a carriage return', 'a\rb'],
      ['half a surrogate pair', '\ud800'],
    ])('refuses %s', async (_what, name) => {
      const body = JSON.stringify({ name });
      const answer = await fetch(
        `${cloud.url}/upload/storage/v1/b/${bucket}/o?uploadType=multipart`,
        {
          method: 'POST',
          headers: { 'content-type': 'multipart/related; boundary=x' },
          body: `--x\r\ncontent-type: application/json\r\n\r\n${body}\r\n--x\r\n\r\ny\r\n--x--`,
        },
      );
      expectError({ status: answer.status, body: await answer.json() }, 400);
    });

    it.each(['%', '%zz', '%ff', '%c0%ae'])('refuses the path segment %s', async (segment) => {
      expectError(await call(cloud, 'GET', `${objects}/${segment}`), 400);
    });
  });

  describe('in reads', () => {
    it.each([
      ['bytes=1000-', 416],
      ['bytes=5000-6000', 416],
      ['bytes=-0', 416],
      ['bytes=-5', 206],
      ['bytes=-5000', 206],
      ['bytes=9-3', 200],
      ['bytes=--5', 200],
      ['bytes=-5--1', 200],
      ['bytes=0-1,5-6', 200],
      ['rows=1-2', 200],
      ['bytes=0-99999999999999999999', 206],
    ])('answers the range %s with %d', async (range, status) => {
      const answer = await fetch(`${cloud.url}${objects}/there?alt=media`, { headers: { range } });
      expect(answer.status).toBe(status);
      await answer.arrayBuffer();
    });

    it.each([
      [`${objects}?maxResults=-1`, 400],
      [`${objects}?maxResults=1e9`, 400],
      [`${objects}?pageToken=nonsense`, 400],
      [`${objects}?matchGlob=[`, 400],
      [`${objects}/there?generation=-1`, 400],
      [`${objects}/there?ifGenerationMatch=abc`, 400],
      [`${objects}/there?ifGenerationMatch=1`, 412],
      [`${objects}/there?fields=a(b`, 400],
      ['/storage/v1/b/UPPER', 404],
      [`${jobs}/datasets?maxResults=x`, 400],
      [`${jobs}/datasets/no/tables`, 404],
      [`${jobs}/datasets/${'x'.repeat(5000)}`, 404],
      [`${jobs}/jobs/nothing`, 404],
      ['/v2/projects/p/locations/l/queues/none', 404],
      ['/nothing/at/all', 404],
    ])('answers %s with %d', async (path, status) => {
      const answer = await call(cloud, 'GET', path);
      if (path.startsWith('/nothing')) expect(answer.status).toBe(404);
      else expectError(answer, status);
    });
  });

  describe('in writes', () => {
    it.each([['crc32c=AAAAAA=='], ['md5=AAAAAAAAAAAAAAAAAAAAAA==']])(
      'refuses bytes that do not have the checksum %s',
      async (hash) => {
        expectError(
          await upload(cloud, bucket, 'wrong', 'x', '', { 'x-goog-hash': hash }),
          400,
          'invalid',
        );
        expect((await call(cloud, 'GET', `${objects}/wrong`)).status).toBe(404);
      },
    );

    it.each([
      ['no closing boundary', '--x\r\n\r\n{"name":"cut"}\r\n--x\r\n\r\nbytes'],
      ['no media part', '--x\r\n\r\n{"name":"cut"}\r\n--x--'],
      ['another boundary', '--y\r\n\r\n{"name":"cut"}\r\n--y\r\n\r\nbytes\r\n--y--'],
      ['metadata that are no JSON', '--x\r\n\r\n{"name":\r\n--x\r\n\r\nbytes\r\n--x--'],
      ['metadata that are a list', '--x\r\n\r\n[]\r\n--x\r\n\r\nbytes\r\n--x--'],
      ['nothing', ''],
    ])('refuses a multipart upload with %s', async (_what, body) => {
      const answer = await fetch(
        `${cloud.url}/upload/storage/v1/b/${bucket}/o?uploadType=multipart`,
        { method: 'POST', headers: { 'content-type': 'multipart/related; boundary=x' }, body },
      );
      expectError({ status: answer.status, body: await answer.json() }, 400);
      expect((await call(cloud, 'GET', `${objects}/cut`)).status).toBe(404);
    });

    it('makes no object of a body that breaks off', async () => {
      await new Promise<void>((resolve) => {
        const socket = connect(cloud.port, '127.0.0.1', () => {
          socket.write(
            `POST /upload/storage/v1/b/${bucket}/o?uploadType=media&name=broken HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nonly this`,
            () => setTimeout(() => socket.destroy(), 50),
          );
        });
        socket.on('close', () => resolve());
        socket.on('error', () => undefined);
      });
      expect((await call(cloud, 'GET', `${objects}/broken`)).status).toBe(404);
    });

    const session = async (name: string): Promise<string> => {
      const answer = await fetch(
        `${cloud.url}/upload/storage/v1/b/${bucket}/o?uploadType=resumable&name=${name}`,
        { method: 'POST' },
      );
      return answer.headers.get('location') ?? '';
    };
    const put = async (url: string, range: string, body: string) => {
      const answer = await fetch(url, {
        method: 'PUT',
        headers: { 'content-range': range },
        body,
        redirect: 'manual',
      });
      const text = await answer.text();
      return { status: answer.status, body: text ? (JSON.parse(text) as unknown) : undefined };
    };

    it.each([
      ['an offset beyond what has come', 'bytes 262144-262145/262146', 'xx'],
      ['an end before its beginning', 'bytes 5-2/10', 'xx'],
      ['an end beyond the whole', 'bytes 0-20/10', 'x'.repeat(21)],
      ['a piece that is no multiple of 256 KiB', 'bytes 0-9/*', 'x'.repeat(10)],
      ['nonsense', 'bytes x-y/z', 'xx'],
      ['a negative offset', 'bytes -5-9/10', 'xx'],
    ])('refuses a resumable chunk with %s', async (_what, range, body) => {
      expectError(await put(await session('resumed'), range, body), 400);
      expect((await call(cloud, 'GET', `${objects}/resumed`)).status).toBe(404);
    });

    it('takes chunks once, in whatever way they are repeated', async () => {
      const url = await session('repeated');
      const chunk = 'x'.repeat(262_144);
      expect((await put(url, 'bytes 0-262143/262146', chunk)).status).toBe(308);
      expect((await put(url, 'bytes 0-262143/262146', chunk)).status).toBe(308);
      expect((await put(url, 'bytes 262144-262145/262146', 'yy')).status).toBe(200);
      expect((await put(url, 'bytes 262144-262145/262146', 'yy')).status).toBe(200);
      const { body } = await call(cloud, 'GET', `${objects}/repeated`);
      expect(body['size']).toBe('262146');
    });

    it.each([
      ['POST', '/storage/v1/b', 'not json', 'parseError'],
      ['POST', '/storage/v1/b', '[1]', 'parseError'],
      ['POST', '/storage/v1/b', '{"name":"Bad_Name!"}', 'invalid'],
      ['POST', '/storage/v1/b', '{"name":7}', 'required'],
      ['POST', `${objects}/x/compose`, '{"sourceObjects":[]}', 'required'],
      [
        'POST',
        `${objects}/x/compose`,
        `{"sourceObjects":${JSON.stringify(Array(33).fill({ name: 'there' }))}}`,
        'invalid',
      ],
      ['POST', `${objects}/x/compose`, '{"sourceObjects":"there"}', 'required'],
      ['POST', `${jobs}/jobs`, '{}', 'required'],
      ['POST', `${jobs}/jobs`, '{"configuration":{"query":{},"load":{}}}', 'required'],
      [
        'POST',
        `${jobs}/jobs`,
        '{"jobReference":{"jobId":"a b"},"configuration":{"query":{"query":"SELECT 1"}}}',
        'invalid',
      ],
      ['POST', `${jobs}/queries`, '{"query":""}', 'required'],
      [
        'POST',
        `${jobs}/queries`,
        '{"useLegacySql":false,"query":"SELECT FROM WHERE"}',
        'invalidQuery',
      ],
      ['POST', `${jobs}/datasets`, '{"datasetReference":{"datasetId":"a-b;c"}}', 'invalid'],
    ])('answers %s %s with the body %s by 400 %s', async (method, path, body, reason) => {
      const answer = await fetch(cloud.url + path, {
        method,
        headers: { 'content-type': 'application/json' },
        body,
      });
      expectError({ status: answer.status, body: await answer.json() }, 400, reason);
    });

    it('refuses JSON of more than 10 MiB, invalid UTF-8 and a query of megabytes', async () => {
      const send = async (body: string | Uint8Array<ArrayBuffer>) => {
        const answer = await fetch(`${cloud.url}${jobs}/queries`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        });
        return { status: answer.status, body: await answer.json() };
      };
      expectError(await send(`{"query":"${'x'.repeat(11 << 20)}"}`), 413);
      expectError(await send(new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d])), 400, 'parseError');
      const huge = `SELECT ${'1+'.repeat(1 << 20)}1`;
      expectError(await send(JSON.stringify({ query: huge, useLegacySql: false })), 400);
    });
  });

  describe('in signed URLs', () => {
    let signed: URL;
    beforeAll(async () => {
      const key = await readFile(join(cloud.dataDir, 'service-account.json'), 'utf8');
      const storage = new Storage({
        apiEndpoint: cloud.url,
        projectId: 'outhaul-local',
        credentials: JSON.parse(key) as Record<string, string>,
      });
      const [url] = await storage
        .bucket(bucket)
        .file('there')
        .getSignedUrl({ version: 'v4', action: 'read', expires: Date.now() + 60_000 });
      signed = new URL(url);
    });

    const changed = (change: (url: URL) => void): string => {
      const url = new URL(signed);
      change(url);
      return url.href;
    };

    it('answers the genuine one', async () => {
      expect((await fetch(signed)).status).toBe(200);
    });

    it.each<[string, number, string, (url: URL) => void]>([
      ['another object', 403, 'SignatureDoesNotMatch', (url) => (url.pathname += 'x')],
      [
        'a longer life',
        403,
        'SignatureDoesNotMatch',
        (url) => url.searchParams.set('X-Goog-Expires', '600'),
      ],
      [
        'a life beyond seven days',
        400,
        'InvalidArgument',
        (url) => url.searchParams.set('X-Goog-Expires', '700000'),
      ],
      [
        'another parameter',
        403,
        'SignatureDoesNotMatch',
        (url) => url.searchParams.set('response-content-type', 'text/html'),
      ],
      [
        'another signer',
        403,
        'SignatureDoesNotMatch',
        (url) =>
          url.searchParams.set(
            'X-Goog-Credential',
            url.searchParams.get('X-Goog-Credential')?.replace('outhaul-service', 'someone') ?? '',
          ),
      ],
      [
        'an empty signature',
        403,
        'SignatureDoesNotMatch',
        (url) => url.searchParams.set('X-Goog-Signature', ''),
      ],
      [
        'another algorithm',
        400,
        'InvalidArgument',
        (url) => url.searchParams.set('X-Goog-Algorithm', 'none'),
      ],
      ['no date', 400, 'InvalidArgument', (url) => url.searchParams.delete('X-Goog-Date')],
    ])('refuses %s with %d %s', async (_what, status, code, change) => {
      const answer = await fetch(changed(change));
      expect([answer.status, await answer.text()]).toEqual([
        status,
        expect.stringContaining(`<Code>${code}</Code>`),
      ]);
    });

    it('refuses another method, and headers that were not signed', async () => {
      expect((await fetch(signed, { method: 'DELETE' })).status).toBe(403);
      expect((await fetch(signed, { headers: { 'x-goog-meta-a': 'b' } })).status).toBe(403);
    });

    it('refuses it once it has expired, by the clock of the cloud', async () => {
      await call(cloud, 'POST', '/_local/clock', { advanceMs: 120_000 });
      const answer = await fetch(signed);
      await call(cloud, 'POST', '/_local/clock', { shiftMs: 0 });
      expect([answer.status, await answer.text()]).toEqual([
        400,
        expect.stringContaining('<Code>ExpiredToken</Code>'),
      ]);
    });
  });

  it.each([
    ['a foreign host name (DNS rebinding)', { host: 'evil.example' }, 403],
    ['a page of another site', { origin: 'https://evil.example' }, 403],
    ['no host', { host: '' }, 403],
  ])('refuses %s', async (_what, headers, status) => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(cloud.port, '127.0.0.1', () => {
        const lines = Object.entries({ host: '127.0.0.1', ...headers, connection: 'close' });
        socket.write(
          `GET ${objects} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
        );
      });
      let text = '';
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it('lives through rubbish on the wire', async () => {
    for (const bytes of [
      'GET / HTTP/9.9\r\n\r\n',
      `GET /${'x'.repeat(100_000)} HTTP/1.1\r\n\r\n`,
      '\0\0\0\0',
      '\x16\x03',
    ])
      await new Promise<void>((resolve) => {
        const socket = connect(cloud.port, '127.0.0.1', () => {
          socket.write(Buffer.from(bytes, 'latin1'));
          setTimeout(() => socket.destroy(), 30);
        });
        socket.on('close', () => resolve());
        socket.on('error', () => undefined);
        socket.resume();
      });
  });
});
