import { Agent, createServer, get, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { closeServer } from './close-server.js';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let server: Server;
let url: string;
const agents: Agent[] = [];
beforeEach(async () => {
  server = createServer((request, response) => {
    if (request.url === '/slow') setTimeout(() => response.end('slow'), 200);
    else response.end('quick');
  });
  server.keepAliveTimeout = 75_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  for (const agent of agents.splice(0)) agent.destroy();
});

/** Asks over one kept connection. */
function asker() {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agents.push(agent);
  return (path: string) =>
    new Promise<string>((resolve, reject) => {
      get(url + path, { agent }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        answer.on('end', () => resolve(text));
      }).on('error', reject);
    });
}

it('ends although clients ask again and again over the connections that they have', async () => {
  const askers = Array.from({ length: 20 }, asker);
  await Promise.all(askers.map((ask) => ask('/')));
  let isRefused = 0;
  const asking = askers.map(async (ask) => {
    for (;;) {
      try {
        await ask('/slow');
      } catch {
        isRefused += 1;
        return;
      }
    }
  });
  await pause(20);
  await closeServer(server);
  await Promise.all(asking);
  expect(isRefused).toBe(20);
});

it('answers what is under way', async () => {
  const ask = asker();
  const answer = ask('/slow');
  await pause(50);
  await closeServer(server);
  expect(await answer).toBe('slow');
});
