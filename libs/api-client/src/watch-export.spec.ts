import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { watchExport } from './watch-export.js';

let server: Server;
let lastEventIds: (string | undefined)[];
const serve = async (answer: RequestListener) => {
  lastEventIds = [];
  server = createServer((request, response) => {
    lastEventIds.push(request.headers['last-event-id'] as string | undefined);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const frame = (id: number, state: object) =>
  `id: ${id}\nevent: status\ndata: ${JSON.stringify(state)}\n\n`;
const statesOf = async (baseUrl: string) => {
  const states: string[] = [];
  for await (const { state } of watchExport('x', { baseUrl, maxDelayMs: 10 })) states.push(state);
  return states;
};

it('yields each state until the export has ended', async () => {
  const baseUrl = await serve((_request, response) => {
    response.write(': comment\n\n');
    response.write(frame(1, { state: 'running' }).slice(0, 20));
    response.write(frame(1, { state: 'running' }).slice(20));
    response.end(frame(2, { state: 'succeeded', outcome: {} }));
  });
  expect(await statesOf(baseUrl)).toEqual(['running', 'succeeded']);
});

it('goes on behind the last event it has seen when the connection is lost', async () => {
  let answers = 0;
  const baseUrl = await serve((_request, response) => {
    answers += 1;
    if (answers === 1) response.write(frame(7, { state: 'running' }), () => response.destroy());
    else if (answers === 2) response.writeHead(503).end();
    else response.end(frame(8, { state: 'failed', outcome: {} }));
  });
  expect(await statesOf(baseUrl)).toEqual(['running', 'failed']);
  expect(lastEventIds).toEqual([undefined, '7', '7']);
});

it('throws what the service refuses, with its problem document', async () => {
  const problem = { status: 404, code: 'export-not-found', detail: 'There is no such export.' };
  const baseUrl = await serve((_request, response) =>
    response.writeHead(404).end(JSON.stringify(problem)),
  );
  await expect(statesOf(baseUrl)).rejects.toMatchObject({ name: 'ProblemError', problem });
});

it('throws a refusal that is no problem document, too', async () => {
  const baseUrl = await serve((_request, response) => response.writeHead(403).end('<p>No.'));
  await expect(statesOf(baseUrl)).rejects.toMatchObject({
    problem: { status: 403, code: 'unexpected-answer' },
  });
});
