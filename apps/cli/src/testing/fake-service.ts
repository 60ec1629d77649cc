import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { runCommand } from '../run-command.js';

/** For each test, a service that gives the `answers` (status and body by `METHOD /path`), and commands run against it. */
export function useFakeService() {
  const answers: Record<string, [number, unknown]> = {};
  const written = { stdout: '', stderr: '' };
  let server: Server;
  beforeEach(async () => {
    for (const route of Object.keys(answers)) Reflect.deleteProperty(answers, route);
    server = createServer((request, response) => {
      const [status, body] = answers[`${request.method} ${request.url?.split('?')[0]}`] ?? [
        404,
        { code: 'route-not-found', detail: 'nothing', status: 404, requestId: 'r' },
      ];
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    Object.assign(written, { stdout: '', stderr: '' });
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
  const run = (...args: string[]): Promise<number> =>
    runCommand(
      args,
      { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, noColor: true },
      '1.2.3',
    );
  return { answers, written, run };
}
