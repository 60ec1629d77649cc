import { request } from 'node:http';
import { WholeSystem } from '../support/whole-system.js';

let system: WholeSystem;
beforeAll(async () => {
  system = await WholeSystem.start();
});
afterAll(() => system.stop());

interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly problem: {
    code?: string;
    detail?: string;
    fix?: string;
    status?: number;
    requestId?: string;
  };
}

/** One request whose path is sent as it is: no client tidies `../` away. */
function send(method: string, path: string, body?: string | Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(
      { host: '127.0.0.1', port: new URL(system.url).port, method, path },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers['content-type'],
            problem: JSON.parse(text || '{}') as Answer['problem'],
          }),
        );
      },
    );
    call.on('error', reject);
    if (body !== undefined) call.setHeader('Content-Type', 'application/json');
    call.end(body);
  });
}

const airports = { type: 'table', dataset: 'samples', table: 'airports' };
const requestWith = (change: object) =>
  JSON.stringify({ source: airports, format: 'parquet', ...change });

async function everything(): Promise<unknown> {
  const headers = { Authorization: 'Bearer any' };
  const listings = [
    '/storage/v1/b/outhaul-local-files/o',
    '/storage/v1/b/outhaul-local-records/o',
    '/storage/v1/b?project=outhaul-local',
  ];
  const answers = listings.map(async (path) => {
    const answer = await fetch(system.cloudUrl + path, { headers });
    const { items = [] } = (await answer.json()) as { items?: { name: string }[] };
    return items.map(({ name }) => name).filter((name) => !name.startsWith('audit/'));
  });
  const jobs = await fetch(
    `${system.cloudUrl}/bigquery/v2/projects/outhaul-local/jobs?allUsers=true`,
    { headers },
  );
  return [await Promise.all(answers), ((await jobs.json()) as { jobs?: unknown[] }).jobs?.length];
}

it.each<[string, string, string, string | Buffer | undefined, number, string, RegExp]>([
  [
    'a table that is not there',
    'POST',
    '/api/v1/export',
    requestWith({ source: { ...airports, table: 'airprots' } }),
    404,
    'table-not-found',
    /airprots/,
  ],
  [
    'a dataset that is not there',
    'POST',
    '/api/v1/export',
    requestWith({ source: { ...airports, dataset: 'nowhere' } }),
    404,
    'table-not-found',
    /nowhere/,
  ],
  [
    'a format that is not there',
    'POST',
    '/api/v1/export',
    requestWith({ format: 'docx' }),
    400,
    'request-invalid',
    /format/,
  ],
  [
    'a column that is not there',
    'POST',
    '/api/v1/export',
    requestWith({ columns: [{ name: 'citty' }] }),
    400,
    'column-not-found',
    /city/,
  ],
  [
    'a bucket that is not there',
    'POST',
    '/api/v1/export',
    requestWith({ bucket: 'no-such-bucket' }),
    404,
    'bucket-not-found',
    /no-such-bucket/,
  ],
  ['JSON cut short', 'POST', '/api/v1/export', '{"source":', 400, 'body-malformed', /JSON/],
  [
    'a field that is not known',
    'POST',
    '/api/v1/export',
    requestWith({ fromat: 'csv' }),
    400,
    'request-invalid',
    /fromat/,
  ],
  [
    'a body of 10 MB',
    'POST',
    '/api/v1/export',
    requestWith({ label: 'x'.repeat(10_000_000) }),
    413,
    'body-too-large',
    /1 MiB|1 MB|1048576/,
  ],
  [
    'an id with ../',
    'GET',
    '/api/v1/status/../../../etc/passwd',
    undefined,
    404,
    'route-not-found',
    /nothing at this address/,
  ],
  [
    'an id with an escaped ../',
    'GET',
    '/api/v1/status/..%2F..%2Fetc',
    undefined,
    404,
    'export-not-found',
    /export/i,
  ],
  [
    'a file with an escaped ../',
    'GET',
    '/api/v1/download/abc/..%2F..%2Fmanifest.json',
    undefined,
    404,
    'export-not-found',
    /export/i,
  ],
])(
  'refuses %s with a problem document, and makes nothing',
  async (_what, method, path, body, status, code, detail) => {
    const before = await everything();
    const answer = await send(method, path, body);
    expect(answer).toMatchObject({
      status,
      type: expect.stringMatching(/^application\/problem\+json/),
      problem: { status, code },
    });
    expect(`${answer.problem.detail} ${answer.problem.fix}`).toMatch(detail);
    expect(answer.problem.requestId).toMatch(/./);
    expect(await everything()).toEqual(before);
    expect((await send('GET', '/healthz')).status).toBe(200);
  },
);
