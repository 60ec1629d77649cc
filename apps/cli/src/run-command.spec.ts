import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { runCommand } from './run-command.js';

let server: Server;
let written: { stdout: string; stderr: string };
const answers: Record<string, [number, unknown]> = {};
beforeEach(async () => {
  server = createServer((request, response) => {
    const [status, body] = answers[`${request.method} ${request.url?.split('?')[0]}`] ?? [
      404,
      { code: 'route-not-found', detail: 'nothing', status: 404, requestId: 'r' },
    ];
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    jest.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    });
  }
});
afterEach(async () => {
  jest.restoreAllMocks();
  process.exitCode = undefined;
  await new Promise((resolve) => server.close(resolve));
});

const run = (...args: string[]) =>
  runCommand(
    args,
    { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, noColor: true },
    '1.2.3',
  );

it('prints a list as a table, or as JSON', async () => {
  answers['GET /api/v1/datasets'] = [
    200,
    { items: [{ project: 'p', dataset: 'samples', location: 'US' }] },
  ];
  expect(await run('datasets')).toBe(0);
  expect(written.stdout).toBe('DATASET  LOCATION  PROJECT\nsamples  US        p\n');
  written.stdout = '';
  expect(await run('datasets', '--json')).toBe(0);
  expect(JSON.parse(written.stdout)).toEqual([
    { project: 'p', dataset: 'samples', location: 'US' },
  ]);
});

it.each([
  [404, 3],
  [403, 4],
  [401, 4],
  [400, 2],
  [500, 1],
])(
  'answers a refusal of %d with exit code %d, its detail and its mend',
  async (status, exitCode) => {
    answers['GET /api/v1/status/x'] = [
      status,
      { code: 'c', detail: 'It is not there.', fix: 'Look elsewhere.', status, requestId: 'req-9' },
    ];
    expect(await run('status', 'x')).toBe(exitCode);
    expect(written.stderr).toBe('✗ It is not there.\n  Look elsewhere.\n  (request req-9)\n');
  },
);

it('says how to reach a service when none answers', async () => {
  expect(await run('datasets', '--server', 'http://127.0.0.1:1')).toBe(6);
  expect(written.stderr).toContain('No Outhaul answers at http://127.0.0.1:1.');
});

it('suggests the command that was meant', async () => {
  expect(await run('exprot')).toBe(2);
  expect(written.stderr).toContain('Did you mean export?');
});
