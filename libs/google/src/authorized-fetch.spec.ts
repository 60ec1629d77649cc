import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { authorizedText } from './authorized-fetch.js';
import { callerAuth } from './credentials.js';

let server: Server;
let answers: RequestListener[];
beforeEach(async () => {
  server = createServer((request, response) => answers.shift()?.(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const ask = () =>
  authorizedText(
    callerAuth('a-token'),
    `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    {},
    { missing: 'file-not-found', resource: 'a file' },
  );

it('reads the whole answer, with the token of who asks', async () => {
  answers = [
    ({ headers }, response) => response.setHeader('X-Was', 'here').end(headers.authorization),
  ];
  const { text, headers } = await ask();
  expect([text, headers.get('x-was')]).toEqual(['Bearer a-token', 'here']);
});

it('asks again when the connection breaks in the middle of an answer', async () => {
  answers = [
    (_request, response) => {
      response.writeHead(200, { 'Content-Length': 100 }).write('half');
      setTimeout(() => response.destroy(), 20);
    },
    (_request, response) => response.end('whole'),
  ];
  expect((await ask()).text).toBe('whole');
});

it('does not ask again for what is not there', async () => {
  answers = [(_request, response) => response.writeHead(404).end()];
  await expect(ask()).rejects.toMatchObject({ code: 'file-not-found' });
});
