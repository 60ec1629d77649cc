import { useFakeService } from './testing/fake-service.js';

const { answers, written, run } = useFakeService();

/** What a foreign service could send to take over a terminal: ESC, CSI as one character, and marks that turn text around. */
const hostile = 'x\u001b[2J\u009b2J\u202e\u2066\u007f\u{e0041}';
const acting = /(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]|[\u{e0000}-\u{e007f}]/u;
const me = { email: hostile, role: hostile, permissions: [hostile], name: hostile };
const anExport = { id: hostile, state: hostile, steps: [], note: hostile };

it.each([
  ['whoami', 'GET /api/v1/me', me],
  ['cancel', 'POST /api/v1/export/x/cancel', anExport],
  ['retry', 'POST /api/v1/export/x/retry', anExport],
  ['export', 'POST /api/v1/export', anExport],
])('prints nothing of a foreign service raw: %s', async (command, route, body) => {
  answers[route] = [200, body];
  const args = command === 'whoami' ? [] : command === 'export' ? ['d.t', '-f', 'csv'] : ['x'];
  for (const more of [[], ['--json']]) {
    Object.assign(written, { stdout: '', stderr: '' });
    await run(command, ...args, ...more);
    expect(written.stdout.length).toBeGreaterThan(0);
    expect(written.stdout + written.stderr).not.toMatch(acting);
  }
  expect(JSON.parse(written.stdout)).toMatchObject(body);
});

it('puts no id into a command to paste that is none', async () => {
  answers['POST /api/v1/export'] = [202, { id: '--server=https://evil.example; rm -rf ~' }];
  await run('export', 'd.t', '-f', 'csv');
  expect(written.stderr).toContain('outhaul status ID --watch');
  expect(written.stderr).not.toContain('rm -rf');
});
